using System.Collections.Immutable;
using System.Globalization;

namespace LogBroker.Metadata.Configs;

/// <summary>What the settings of a group must fulfil together: the brokers set limits to most of them.</summary>
internal static class GroupConfigRules
{
    private static readonly ImmutableArray<string> Kinds = ["consumer", "share", "streams"];

    private static readonly ImmutableArray<(string Name, string? Least, string? Most)> Limits =
    [
        Between("consumer.heartbeat.interval.ms"),
        Between("consumer.session.timeout.ms"),
        Between("consumer.assignment.interval.ms"),
        Between("share.heartbeat.interval.ms"),
        Between("share.session.timeout.ms"),
        Between("share.record.lock.duration.ms"),
        Between("share.delivery.count.limit"),
        Between("share.partition.max.record.locks"),
        Between("share.assignment.interval.ms"),
        Between("streams.heartbeat.interval.ms"),
        Between("streams.session.timeout.ms"),
        Between("streams.assignment.interval.ms"),
        ("streams.num.standby.replicas", null, "group.streams.max.standby.replicas"),
    ];

    /// <summary>Kafka's message for the first rule that is broken; null if none is.</summary>
    public static string? Check(ImmutableDictionary<string, string> overrides, BrokerConfigLayers broker)
    {
        foreach (var name in overrides.Keys.Order(StringComparer.Ordinal))
        {
            if (!GroupConfigs.Schema.TryGet(name, out _)) return $"Unknown group config name: {name}";
        }

        var values = new Dictionary<string, string>();
        foreach (var (name, text) in overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var result = ConfigValidation.Check(GroupConfigs.Schema[name], text);
            if (!result.IsValid) return result.Error;
            values.Add(name, result.Text);
        }

        foreach (var (name, least, most) in Limits)
        {
            if (!values.TryGetValue(name, out var text)) continue;
            long value = Number(text);
            if (least is not null && value < Number(broker.Value(least)!))
                return $"{name} must be greater than or equal to {least}";
            if (most is not null && value > Number(broker.Value(most)!))
                return $"{name} must be less than or equal to {most}";
        }

        return CheckSessions(values, broker);
    }

    /// <summary>Who speaks no oftener than a session lasts is taken for dead.</summary>
    private static string? CheckSessions(Dictionary<string, string> values, BrokerConfigLayers broker)
    {
        foreach (var kind in Kinds)
        {
            if (InForce($"{kind}.session.timeout.ms") <= InForce($"{kind}.heartbeat.interval.ms"))
                return $"{kind}.session.timeout.ms must be greater than {kind}.heartbeat.interval.ms";
        }

        return null;

        long InForce(string name) => Number(values.GetValueOrDefault(name) ?? broker.Value($"group.{name}")!);
    }

    /// <summary><c>consumer.x</c> has its limits in <c>group.consumer.min.x</c> and <c>group.consumer.max.x</c>.</summary>
    private static (string Name, string? Least, string? Most) Between(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        var (kind, rest) = (name[..dot], name[(dot + 1)..]);
        return (name, $"group.{kind}.min.{rest}", $"group.{kind}.max.{rest}");
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
