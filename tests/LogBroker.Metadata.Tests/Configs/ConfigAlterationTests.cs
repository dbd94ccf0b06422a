using System.Collections.Immutable;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Tests.Configs;

/// <summary>The messages were read off Apache Kafka 4.3.1's answers.</summary>
public sealed class ConfigAlterationTests
{
    private static readonly ConfigResource Topic = ConfigResource.Topic("t");
    private static readonly ConfigResource Broker = ConfigResource.Broker(1);
    private static readonly ConfigResource Group = ConfigResource.Group("g");

    [Theory]
    [InlineData("", "set retention.ms=5", "retention.ms=5")]
    [InlineData("retention.ms=5", "delete retention.ms", "")]
    [InlineData("retention.ms=5", "delete nosuch", "retention.ms=5")]
    [InlineData("", "set retention.ms= 77 ", "retention.ms= 77 ")]
    [InlineData("", "append cleanup.policy=compact", "cleanup.policy=delete,compact")]
    [InlineData("cleanup.policy=compact", "append cleanup.policy=compact", "cleanup.policy=compact")]
    [InlineData("cleanup.policy=delete,compact", "subtract cleanup.policy=delete", "cleanup.policy=compact")]
    [InlineData("cleanup.policy=delete,compact", "subtract cleanup.policy= delete", "cleanup.policy=delete,compact")]
    [InlineData("cleanup.policy=delete,compact", "subtract cleanup.policy=delete,compact", "cleanup.policy=")]
    [InlineData("", "subtract cleanup.policy=delete", "cleanup.policy=")]
    [InlineData("", "append leader.replication.throttled.replicas=0:1,1:1,0:1",
        "leader.replication.throttled.replicas=0:1,1:1")]
    [InlineData("retention.ms=5;segment.ms=6", "", "retention.ms=5;segment.ms=6")]
    public void Incremental_Topic_Changes(string before, string operations, string after)
    {
        var result = ConfigAlteration.Incremental(Topic, Map(before), Operations(operations), BrokerConfigLayers.Defaults);

        Assert.Equal((ErrorCode.None, null), (result.Error, result.Message));
        Assert.Equal(after, string.Join(';', result.Overrides.OrderBy(p => p.Key).Select(p => $"{p.Key}={p.Value}")));
    }

    [Theory]
    [InlineData("set foo=1", 40, "Unknown topic config name: foo")]
    [InlineData("set foo=1;set retention.ms=x", 40, "Unknown topic config name: foo")]
    [InlineData("set retention.ms=x", 40, "Invalid value x for configuration retention.ms: Not a number of type LONG")]
    [InlineData("set retention.ms=1;set retention.ms=2", 42, "Error due to duplicate config keys")]
    [InlineData("set retention.ms=1;delete retention.ms", 42, "Error due to duplicate config keys")]
    [InlineData("set retention.ms", 42, "Null value not supported for : retention.ms")]
    [InlineData("set retention.ms;set segment.ms", 42, "Null value not supported for : retention.ms, segment.ms")]
    [InlineData("subtract cleanup.policy", 42, "Null value not supported for : cleanup.policy")]
    [InlineData("append retention.ms=1", 40, "Can't APPEND to key retention.ms because its type is not LIST.")]
    [InlineData("subtract retention.ms=1", 40, "Can't SUBTRACT to key retention.ms because its type is not LIST.")]
    [InlineData("append foo=foo", 40, "Can't APPEND to key foo because its type is not LIST.")]
    [InlineData("append cleanup.policy=", 40, "Configuration 'cleanup.policy' values must not be empty.")]
    [InlineData("append cleanup.policy=foo", 40,
        "Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData("set min.compaction.lag.ms=200;set max.compaction.lag.ms=100", 40,
        "conflict topic config setting min.compaction.lag.ms (200) > max.compaction.lag.ms (100)")]
    [InlineData("set remote.storage.enable=true", 40,
        "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.")]
    [InlineData("op9 retention.ms=1", -1, null)]
    public void Incremental_Topic_IsRefused(string operations, short error, string? message) =>
        AssertRefused(Topic, operations, error, message);

    [Theory]
    [InlineData("set num.partitions=3", 42, "Cannot update these configs dynamically: [num.partitions]")]
    [InlineData("set num.partitions=3;set broker.id=4", 42,
        "Cannot update these configs dynamically: [num.partitions, broker.id]")]
    [InlineData("set background.threads=0", 42,
        "Invalid value 0 for configuration background.threads: Value must be at least 1")]
    [InlineData("set background.threads=500", 42,
        "Invalid value org.apache.kafka.common.config.ConfigException: Dynamic thread count update validation failed for " +
        "background.threads=500, value should not be greater than double the current value 10 for configuration " +
        "Invalid dynamic configuration")]
    [InlineData("set num.io.threads=3", 42,
        "Invalid value org.apache.kafka.common.config.ConfigException: Dynamic thread count update validation failed for " +
        "num.io.threads=3, value should be at least half the current value 8 for configuration " +
        "Invalid dynamic configuration")]
    [InlineData("append background.threads=1", 40,
        "Config value append is not allowed for config key: background.threads")]
    [InlineData("append nosuch=1", 40, "Unknown config name: nosuch")]
    [InlineData("set ssl.keystore.location=/x", 42,
        "These security configs can be dynamically updated only per-listener using the listener prefix: " +
        "[ssl.keystore.location]")]
    [InlineData("set log.retention.ms=0", 42,
        "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal to 1")]
    [InlineData("set log.cleaner.threads=200", 42,
        "requirement failed: log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.")]
    [InlineData("set background.threads", 42, "Null value not supported for : background.threads")]
    public void Incremental_Broker_IsRefused(string operations, short error, string? message) =>
        AssertRefused(Broker, operations, error, message);

    [Theory]
    [InlineData("set nosuch.key=3")]
    [InlineData("delete num.partitions")]
    [InlineData("set listener.name.plaintext.ssl.keystore.location=/x")]
    [InlineData("set num.io.threads=4")]
    [InlineData("set log.cleaner.threads=2")]
    [InlineData("set sasl.kerberos.min.time.before.relogin=58000")]
    public void Incremental_Broker_IsTaken(string operations)
    {
        var result = ConfigAlteration.Incremental(Broker, Map(""), Operations(operations), BrokerConfigLayers.Defaults);

        Assert.Equal((ErrorCode.None, null), (result.Error, result.Message));
    }

    [Theory]
    [InlineData("set sasl.kerberos.min.time.before.relogin=58000",
        "Cannot update these configs at default cluster level, broker id must be specified: " +
        "[sasl.kerberos.min.time.before.relogin]")]
    [InlineData("set listeners=PLAINTEXT://:1",
        "Cannot update these configs at default cluster level, broker id must be specified: [listeners]")]
    public void Incremental_ClusterDefault_IsRefused(string operations, string message) =>
        AssertRefused(ConfigResource.ClusterDefault, operations, 42, message);

    [Theory]
    [InlineData("set foo=1", "Unknown group config name: foo")]
    [InlineData("set consumer.session.timeout.ms=x",
        "Invalid value x for configuration consumer.session.timeout.ms: Not a number of type INT")]
    [InlineData("set consumer.session.timeout.ms=1",
        "consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms")]
    [InlineData("set consumer.session.timeout.ms=70000",
        "consumer.session.timeout.ms must be less than or equal to group.consumer.max.session.timeout.ms")]
    [InlineData("set share.record.lock.duration.ms=1",
        "Invalid value 1 for configuration share.record.lock.duration.ms: Value must be at least 1000")]
    [InlineData("set share.record.lock.duration.ms=3600000",
        "share.record.lock.duration.ms must be less than or equal to group.share.max.record.lock.duration.ms")]
    [InlineData("set share.partition.max.record.locks=20000",
        "share.partition.max.record.locks must be less than or equal to group.share.max.partition.max.record.locks")]
    [InlineData("set streams.num.standby.replicas=5",
        "streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas")]
    public void Incremental_Group_IsRefused(string operations, string message) =>
        AssertRefused(Group, operations, 40, message);

    [Fact]
    public void Incremental_GroupsHeartbeatAsLongAsItsSession_IsRefused()
    {
        var broker = new BrokerConfigLayers { Static = Map("group.consumer.max.heartbeat.interval.ms=60000") };

        var result = ConfigAlteration.Incremental(
            Group, Map(""), Operations("set consumer.heartbeat.interval.ms=45000"), broker);

        Assert.Equal(
            (ErrorCode.InvalidConfig, "consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms"),
            (result.Error, result.Message));
    }

    [Fact]
    public void Incremental_BrokerList_StartsFromWhatIsInForce()
    {
        var broker = new BrokerConfigLayers { DynamicDefault = Map("log.cleanup.policy=compact") };

        var result = ConfigAlteration.Incremental(
            Broker, Map(""), Operations("append log.cleanup.policy=delete"), broker);

        Assert.Equal("compact,delete", result.Overrides["log.cleanup.policy"]);
    }

    [Fact]
    public void Replacement_PutsItInThePlaceOfAll()
    {
        var result = ConfigAlteration.Replacement(
            Topic, [KeyValuePair.Create("segment.ms", (string?)"5")], BrokerConfigLayers.Defaults);

        Assert.Equal(ErrorCode.None, result.Error);
        Assert.Equal([KeyValuePair.Create("segment.ms", "5")], result.Overrides);
    }

    [Fact]
    public void Replacement_NullValues_IsRefused()
    {
        var result = ConfigAlteration.Replacement(
            Topic,
            [KeyValuePair.Create("retention.ms", (string?)null), KeyValuePair.Create("segment.ms", (string?)null)],
            BrokerConfigLayers.Defaults);

        Assert.Equal(ErrorCode.InvalidRequest, result.Error);
        Assert.Equal("Null value not supported for : retention.ms, segment.ms", result.Message);
    }

    private static void AssertRefused(ConfigResource resource, string operations, short error, string? message)
    {
        var result = ConfigAlteration.Incremental(resource, Map(""), Operations(operations), BrokerConfigLayers.Defaults);

        Assert.Equal(((ErrorCode)error, message), (result.Error, result.Message));
    }

    private static ImmutableDictionary<string, string> Map(string text) => text
        .Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToImmutableDictionary(pair => pair[0], pair => pair[1]);

    private static List<AlterConfigOperation> Operations(string text) => text
        .Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(step =>
        {
            var words = step.Split(' ', 2);
            var pair = words[1].Split('=', 2);
            var type = words[0] == "op9"
                ? (AlterConfigOperationType)9
                : Enum.Parse<AlterConfigOperationType>(words[0], ignoreCase: true);
            return new AlterConfigOperation(pair[0], type, pair.Length == 2 ? pair[1] : null);
        })
        .ToList();
}
