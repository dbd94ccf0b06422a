namespace LogBroker.AdminCli.Commands;

/// <summary>Words written key=value.</summary>
internal static class KeyValues
{
    /// <exception cref="CommandException">One is not written so, or two have the same key.</exception>
    public static Dictionary<string, string> Of(IEnumerable<string>? pairs)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in (pairs ?? []).Select(Split))
            if (!values.TryAdd(key, value)) throw new CommandException($"{key} is said twice.", null, ExitCodes.WrongUsage);
        return values;
    }

    /// <summary>The two halves of one.</summary>
    /// <exception cref="CommandException">It is not written so.</exception>
    public static KeyValuePair<string, string> Split(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(pair[..equals], pair[(equals + 1)..])
            : throw new CommandException($"\"{pair}\" is no setting: write key=value.", null, ExitCodes.WrongUsage);
    }
}
