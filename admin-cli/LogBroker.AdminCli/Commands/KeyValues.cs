namespace LogBroker.AdminCli.Commands;

/// <summary>Words written key=value.</summary>
internal static class KeyValues
{
    /// <exception cref="CommandException">One is not written so.</exception>
    public static Dictionary<string, string> Of(IEnumerable<string>? pairs)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in pairs ?? [])
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new CommandException($"\"{pair}\" is no setting: write key=value.", null, ExitCodes.WrongUsage);
            values[pair[..equals]] = pair[(equals + 1)..];
        }
        return values;
    }
}
