using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Metadata.Configs;

/// <summary>The settings of brokers: Kafka's and our own.</summary>
public static class BrokerConfigs
{
    private const string ListenerPrefix = "listener.name.";

    public const string AutoCreateTopics = "auto.create.topics.enable";
    public const string DefaultReplicationFactor = "default.replication.factor";
    public const string DeleteTopic = "delete.topic.enable";
    public const string HttpListeners = "http.listeners";
    public const string PartitionsMax = "max.partitions";
    public const string PartitionsPerTopicMax = "max.partitions.per.topic";
    public const string NumPartitions = "num.partitions";
    public const string SyncBeforeAck = "log.sync.before.ack";

    public static ConfigSchema Schema { get; } =
        new([.. ConfigDefinitionFile.Load("broker"), .. ConfigDefinitionFile.Load("logbroker")]);

    /// <summary>Finds a setting by its name, which may have the prefix of a listener (<c>listener.name.NAME.</c>).</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out ConfigDefinition? definition)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Schema.TryGet(name, out definition) ||
            (WithoutListener(name) is { } bare && Schema.TryGet(bare, out definition));
    }

    /// <summary>Checks what a broker is started with: unknown names (with the nearest known one) and values that are not
    /// valid. Empty = all is well.</summary>
    public static ImmutableArray<ConfigError> CheckStatic(IEnumerable<KeyValuePair<string, string>> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var errors = ImmutableArray.CreateBuilder<ConfigError>();
        foreach (var (name, value) in settings)
        {
            if (!TryGet(name, out var definition))
                errors.Add(new ConfigError(name, Unknown(name)));
            else if (ConfigValidation.Check(definition, name, value).Error is { } error)
                errors.Add(new ConfigError(name, error));
        }

        return errors.ToImmutable();
    }

    /// <summary>The name without a listener's prefix; null if it has none.</summary>
    internal static string? WithoutListener(string name)
    {
        if (!name.StartsWith(ListenerPrefix, StringComparison.Ordinal)) return null;
        int end = name.IndexOf('.', ListenerPrefix.Length);
        return end < 0 ? null : name[(end + 1)..];
    }

    private static string Unknown(string name) => Schema.NearestTo(name) is { } nearest
        ? $"Unknown setting {name}. Did you mean {nearest}?"
        : $"Unknown setting {name}.";
}
