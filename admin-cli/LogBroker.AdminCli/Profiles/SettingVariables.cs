namespace LogBroker.AdminCli.Profiles;

/// <summary>The client's settings in the environment, where no other user of the machine sees them: <c>LOGBROKER_X_SASL_PASSWORD</c> is
/// <c>-X sasl.password</c>.</summary>
internal static class SettingVariables
{
    public const string Prefix = "LOGBROKER_X_";

    /// <summary>The settings by Kafka's names; a variable that is empty is not set.</summary>
    /// <exception cref="CommandException">There is no setting of that name.</exception>
    public static Dictionary<string, string> Of(CommandEnvironment environment)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string variable, string value) in environment.Variables)
        {
            if (!variable.StartsWith(Prefix, StringComparison.Ordinal) || value.Length == 0) continue;
            string key = variable[Prefix.Length..].ToLowerInvariant().Replace('_', '.');
            if (!ClientSettings.Names.Contains(key, StringComparer.Ordinal))
            {
                string? nearest = NearestName.Of(key, ClientSettings.Names);
                string question = nearest is null ? "" : $" Did you mean {Prefix}{nearest.Replace('.', '_').ToUpperInvariant()}?";
                throw new CommandException($"The variable {variable} stands for no setting of a client: there is no {key}.{question}", null, ExitCodes.WrongUsage);
            }
            settings[key] = value;
        }
        return settings;
    }
}
