using System.Collections.Immutable;
using System.Globalization;

namespace LogBroker.Metadata.Configs;

/// <summary>What settings must fulfil that are changed on running brokers.</summary>
internal static class BrokerConfigRules
{
    private static readonly ImmutableArray<string> ThreadCounts =
    [
        "num.io.threads", "num.network.threads", "num.replica.fetchers", "num.recovery.threads.per.data.dir",
        "background.threads",
    ];

    private const long CleanerBufferMin = 1024 * 1024;

    // What may be set for a listener of all brokers; the rest of a listener's settings belong to one broker.
    private static readonly ImmutableArray<string> ClusterWideOfListeners =
    [
        "max.connections", "max.connection.creation.rate", "num.network.threads",
    ];

    /// <summary>Kafka's message for the first rule that is broken; null if none is.</summary>
    /// <param name="overrides">All that would be set afterwards.</param>
    /// <param name="touched">What the request sets, in its order.</param>
    /// <param name="isClusterDefault">Whether it is set for all brokers.</param>
    /// <param name="broker">What is in force before.</param>
    public static string? Check(
        ImmutableDictionary<string, string> overrides,
        IReadOnlyList<string> touched,
        bool isClusterDefault,
        BrokerConfigLayers broker) =>
        CheckModes(touched, isClusterDefault) ?? CheckValues(overrides) ?? CheckRetention(overrides) ??
        CheckCleaner(overrides, broker) ?? CheckThreads(overrides, touched, broker);

    private static string? CheckModes(IReadOnlyList<string> touched, bool isClusterDefault) =>
        Refuse(touched, name => IsOfMode(name, ConfigUpdateMode.ReadOnly), "Cannot update these configs dynamically") ??
        Refuse(touched, name => IsOfMode(name, ConfigUpdateMode.PerListener),
            "These security configs can be dynamically updated only per-listener using the listener prefix") ??
        (isClusterDefault
            ? Refuse(touched, name => IsOfMode(name, ConfigUpdateMode.PerBroker) || IsOfOneBrokersListener(name),
                "Cannot update these configs at default cluster level, broker id must be specified")
            : null);

    private static string? Refuse(IReadOnlyList<string> touched, Func<string, bool> isRefused, string message)
    {
        var names = touched.Where(isRefused).ToList();
        return names.Count > 0 ? $"{message}: [{string.Join(", ", names)}]" : null;
    }

    // A listener's prefix makes a setting another one, of which there is one for each listener.
    private static bool IsOfMode(string name, ConfigUpdateMode mode) =>
        BrokerConfigs.Schema.TryGet(name, out var definition) && definition.UpdateMode == mode;

    private static bool IsOfOneBrokersListener(string name) =>
        BrokerConfigs.WithoutListener(name) is { } bare && !ClusterWideOfListeners.Contains(bare);

    private static string? CheckValues(ImmutableDictionary<string, string> overrides)
    {
        foreach (var (name, text) in overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (BrokerConfigs.TryGet(name, out var definition) &&
                ConfigValidation.Check(definition, name, text).Error is { } error)
                return error;
        }

        return null;
    }

    private static string? CheckRetention(ImmutableDictionary<string, string> overrides) =>
        overrides.TryGetValue("log.retention.ms", out var text) && JavaText.Trim(text) == "0"
            ? "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal to 1"
            : null;

    private static string? CheckCleaner(ImmutableDictionary<string, string> overrides, BrokerConfigLayers broker)
    {
        if (!overrides.ContainsKey("log.cleaner.threads") && !overrides.ContainsKey("log.cleaner.dedupe.buffer.size")) return null;
        return Wanted("log.cleaner.dedupe.buffer.size") / Math.Max(1, Wanted("log.cleaner.threads")) <= CleanerBufferMin
            ? "requirement failed: log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread."
            : null;

        long Wanted(string name) => long.Parse(
            overrides.TryGetValue(name, out var text)
                ? ConfigValidation.Check(BrokerConfigs.Schema[name], text).Text
                : broker.Value(name)!,
            CultureInfo.InvariantCulture);
    }

    private static string? CheckThreads(
        ImmutableDictionary<string, string> overrides, IReadOnlyList<string> touched, BrokerConfigLayers broker)
    {
        foreach (var name in ThreadCounts.Where(touched.Contains))
        {
            long now = long.Parse(broker.Value(name)!, CultureInfo.InvariantCulture);
            var text = ConfigValidation.Check(BrokerConfigs.Schema[name], overrides[name]).Text;
            long wanted = long.Parse(text, CultureInfo.InvariantCulture);
            var why = wanted < now / 2 ? $"value should be at least half the current value {now}"
                : wanted > now * 2 ? $"value should not be greater than double the current value {now}"
                : null;
            if (why is null) continue;
            return "Invalid value org.apache.kafka.common.config.ConfigException: Dynamic thread count update validation " +
                $"failed for {name}={wanted}, {why} for configuration Invalid dynamic configuration";
        }

        return null;
    }
}
