using System.Collections.Immutable;
using LogBroker.Metadata.Configs;

namespace LogBroker.Metadata.Tests.Configs;

/// <summary>Vectors/describe-configs.txt is what Kafka 4.3.1 answered to DescribeConfigs after settings of every kind had been
/// made; ours must answer the same.</summary>
public sealed class DescribeConfigsVectorTests
{
    /// <summary>Settings whose defaults are ours, or that Kafka answers in a way worth not following.</summary>
    private static readonly HashSet<string> Ours =
    [
        "listeners", "log.dir", "node.id", "process.roles", "controller.listener.names",
        // Kafka fills the one in from the other, in both directions.
        "broker.id",
        "socket.listen.backlog.size", "socket.receive.buffer.bytes", "socket.send.buffer.bytes",
        // Set by the broker's file, Kafka answers null while log.retention.ms is set as well.
        "log.retention.minutes",
    ];

    private static readonly List<string[]> Lines =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Vectors", "describe-configs.txt"))
            .Select(line => line.Split('\t'))];

    private static readonly BrokerConfigLayers Broker = new()
    {
        Static = Lines.Where(line => line[0] == "static").ToImmutableDictionary(line => line[1], line => line[2]),
        Dynamic = Set("BROKER", "1"),
        DynamicDefault = Set("BROKER", ""),
    };

    public static TheoryData<string, string> Resources => new()
    {
        { "TOPIC", "t1" }, { "TOPIC", "t2" }, { "GROUP", "g1" }, { "GROUP", "g2" }, { "BROKER", "1" }, { "BROKER", "" },
    };

    [Theory]
    [MemberData(nameof(Resources))]
    public void Effective_SameSettings_AgreesWithKafka(string type, string name)
    {
        var kafka = Lines.Where(line => line[0] == "entry" && line[1] == type && line[2] == name).ToList();

        var ours = (type switch
        {
            "TOPIC" => EffectiveConfig.OfTopic(Broker, Set(type, name)),
            "GROUP" => EffectiveConfig.OfGroup(Broker, Set(type, name)),
            _ when name.Length == 0 => EffectiveConfig.OfClusterDefault(Broker.DynamicDefault),
            _ => EffectiveConfig.OfBroker(Broker),
        }).ToDictionary(entry => entry.Name);

        Assert.NotEmpty(kafka);
        var differences = new List<string>();
        foreach (var line in kafka.Where(line => !Ours.Contains(line[3])))
        {
            var expected = string.Join('\t', line[3..]);
            var actual = ours.TryGetValue(line[3], out var entry) ? Text(entry) : "absent";
            if (expected != actual) differences.Add($"Kafka {expected} ours {actual}");
        }

        Assert.Empty(differences);
        var extra = ours.Keys.Except(kafka.Select(line => line[3]));
        Assert.Equal(type == "BROKER" && name.Length > 0
            ?
            [
                "connection.max.buffered.bytes", "connection.max.in.flight.requests", "http.listeners",
                "log.check.compressed.records", "log.level", "log.sync.before.ack", "max.partitions",
                "max.partitions.per.topic", "metadata.store.path", "queued.max.response.bytes",
                "request.receive.timeout.ms",
            ]
            : [], extra.Order());
    }

    private static ImmutableDictionary<string, string> Set(string type, string name) => Lines
        .Where(line => line[0] == "set" && line[1] == type && line[2] == name)
        .ToImmutableDictionary(line => line[3], line => line[4]);

    private static string Text(ConfigEntry entry) => string.Join('\t',
        entry.Name,
        entry.Type.ToString().ToUpperInvariant(),
        entry.Value ?? "null",
        Source(entry.Source),
        entry.IsReadOnly ? "true" : "false",
        entry.IsSensitive ? "true" : "false",
        string.Join(';', entry.Synonyms.Select(s => $"{s.Name}={s.Value ?? "null"}@{Source(s.Source)}")));

    private static string Source(ConfigSource source) => source switch
    {
        ConfigSource.TopicConfig => "DYNAMIC_TOPIC_CONFIG",
        ConfigSource.GroupConfig => "DYNAMIC_GROUP_CONFIG",
        ConfigSource.DynamicBrokerConfig => "DYNAMIC_BROKER_CONFIG",
        ConfigSource.DynamicDefaultBrokerConfig => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        ConfigSource.StaticBrokerConfig => "STATIC_BROKER_CONFIG",
        _ => "DEFAULT_CONFIG",
    };
}
