using LogBroker.Client;

namespace LogBroker.AdminCli.Configs;

/// <summary>What has settings, as users type it.</summary>
internal static class ConfigResourceNames
{
    private static readonly Dictionary<string, ConfigResourceType> Types = new(StringComparer.Ordinal)
    {
        ["topic"] = ConfigResourceType.Topic,
        ["broker"] = ConfigResourceType.Broker,
        ["group"] = ConfigResourceType.Group,
        ["client-metrics"] = ConfigResourceType.ClientMetrics,
    };

    /// <summary>The name that stands for all brokers.</summary>
    public const string Default = "default";

    public static IEnumerable<string> All => Types.Keys;

    public static string Of(ConfigResourceType type) => Types.FirstOrDefault(known => known.Value == type).Key ?? type.ToString();

    /// <exception cref="CommandException">Nothing of that kind has settings.</exception>
    public static ConfigResource Parse(string type, string name) => Types.TryGetValue(type, out ConfigResourceType known)
        ? new ConfigResource(known, known == ConfigResourceType.Broker && name == Default ? "" : name)
        : throw new CommandException(
            $"\"{type}\" has no settings: it is one of {string.Join(", ", All)}.{NearestName.Question(type, All)}", null, ExitCodes.WrongUsage);
}
