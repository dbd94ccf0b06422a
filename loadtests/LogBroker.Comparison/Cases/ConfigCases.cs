using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>DescribeConfigs, AlterConfigs and IncrementalAlterConfigs of topics and brokers.</summary>
internal static class ConfigCases
{
    private const string Topic = "configs";
    private const sbyte TopicType = 2;
    private const sbyte BrokerType = 4;
    private const sbyte GroupType = 32;
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const sbyte Append = 2;
    private const sbyte Subtract = 3;

    /// <summary>Stands for the id of the broker that is asked.</summary>
    private const string ThisBroker = "this";

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic, 1, ("retention.ms", "86400000"), ("cleanup.policy", "compact"));
        script.PrepareTopic("configs-changed");
        Increment(script, 1, "set-of-a-group", GroupType, "configs-group", (Set, "consumer.session.timeout.ms", "50000"));
        foreach (short version in Script.VersionsOf(ApiKey.ListConfigResources)) AddLists(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.DescribeConfigs)) AddDescriptions(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.IncrementalAlterConfigs)) AddIncrements(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.AlterConfigs)) AddReplacements(script, version);
    }

    private static void AddLists(Script script, short version)
    {
        List(script, version, "all");
        if (version < 1) return;
        foreach (sbyte type in new sbyte[] { 0, 1, TopicType, BrokerType, 8, 16, GroupType, 64, -1 })
            List(script, version, $"resource-type-{type}", type);
        List(script, version, "topics-twice", TopicType, TopicType);
        List(script, version, "one-unknown", TopicType, 3);
    }

    private static void List(Script script, short version, string name, params sbyte[] types) =>
        script.Look(name, version, _ => new ListConfigResourcesRequest { ResourceTypes = [.. types] });

    private static void AddDescriptions(Script script, short version)
    {
        Describe(script, version, "topic", TopicType, Topic);
        Describe(script, version, "topic-with-synonyms", TopicType, Topic, synonyms: true);
        if (version >= 3) Describe(script, version, "topic-with-documentation", TopicType, Topic, documentation: true);
        Describe(script, version, "two-keys", TopicType, Topic, keys: ["retention.ms", "segment.bytes"]);
        Describe(script, version, "unknown-key", TopicType, Topic, keys: ["retention.msec"]);
        Describe(script, version, "no-keys", TopicType, Topic, keys: []);
        Describe(script, version, "unknown-topic", TopicType, "configs-nowhere");
        Describe(script, version, "bad-topic-name", TopicType, "a/b");
        Describe(script, version, "empty-topic-name", TopicType, "");
        Describe(script, version, "broker", BrokerType, ThisBroker);
        Describe(script, version, "broker-with-synonyms", BrokerType, ThisBroker, synonyms: true);
        Describe(script, version, "broker-default", BrokerType, "");
        Describe(script, version, "another-broker", BrokerType, "777");
        Describe(script, version, "broker-of-no-number", BrokerType, "first");
        foreach (sbyte type in new sbyte[] { 0, 1, 3, 8, 16, 32, 99, -1 })
            Describe(script, version, $"resource-type-{type}", type, type == 8 ? ThisBroker : "something");
        Describe(script, version, "same-topic-twice", TopicType, Topic, keys: ["retention.ms"], copies: 2);
        script.Look("no-resources", version, _ => new DescribeConfigsRequest());
    }

    private static void AddIncrements(Script script, short version)
    {
        Increment(script, version, "set", TopicType, Topic, (Set, "retention.ms", "5000"));
        Describe(script, 4, "after-set", TopicType, Topic, synonyms: true);
        Increment(script, version, "set-again", TopicType, Topic, (Set, "retention.ms", "5000"));
        Increment(script, version, "delete", TopicType, Topic, (Delete, "retention.ms", null));
        Increment(script, version, "delete-what-is-not-set", TopicType, Topic, (Delete, "segment.bytes", null));
        Increment(script, version, "append", TopicType, Topic, (Append, "cleanup.policy", "delete"));
        Increment(script, version, "append-again", TopicType, Topic, (Append, "cleanup.policy", "delete"));
        Describe(script, 4, "after-append", TopicType, Topic, keys: ["cleanup.policy"], synonyms: true);
        Increment(script, version, "subtract", TopicType, Topic, (Subtract, "cleanup.policy", "delete"));
        Increment(script, version, "subtract-what-is-not-there", TopicType, Topic, (Subtract, "cleanup.policy", "delete"));
        Increment(script, version, "append-to-a-number", TopicType, Topic, (Append, "retention.ms", "1"));
        Increment(script, version, "unknown-operation", TopicType, Topic, (9, "retention.ms", "1"));
        Increment(script, version, "set-null", TopicType, Topic, (Set, "retention.ms", null));
        Increment(script, version, "set-empty", TopicType, Topic, (Set, "retention.ms", ""));
        Increment(script, version, "bad-number", TopicType, Topic, (Set, "retention.ms", "soon"));
        Increment(script, version, "bad-word", TopicType, Topic, (Set, "cleanup.policy", "burn"));
        Increment(script, version, "out-of-range", TopicType, Topic, (Set, "segment.bytes", "1"));
        Increment(script, version, "unknown-key", TopicType, Topic, (Set, "retention.msec", "1"));
        Increment(script, version, "key-twice", TopicType, Topic, (Set, "retention.ms", "1"), (Delete, "retention.ms", null));
        Increment(script, version, "unknown-topic", TopicType, "configs-nowhere", (Set, "retention.ms", "1"));
        Increment(script, version, "bad-topic-name", TopicType, "a/b", (Set, "retention.ms", "1"));
        Increment(script, version, "empty-topic-name", TopicType, "", (Set, "retention.ms", "1"));
        Increment(script, version, "no-configs", TopicType, Topic);
        Increment(script, version, "broker-default", BrokerType, "", (Set, "log.retention.ms", "7200000"));
        Describe(script, 4, "topic-under-broker-default", TopicType, "configs-changed", keys: ["retention.ms"], synonyms: true);
        Describe(script, 4, "broker-default-set", BrokerType, "", synonyms: true);
        Increment(script, version, "broker", BrokerType, ThisBroker, (Set, "log.retention.ms", "3600000"));
        Describe(script, 4, "topic-under-broker", TopicType, "configs-changed", keys: ["retention.ms"], synonyms: true);
        Increment(script, version, "broker-delete", BrokerType, ThisBroker, (Delete, "log.retention.ms", null));
        Increment(script, version, "broker-default-delete", BrokerType, "", (Delete, "log.retention.ms", null));
        Describe(script, 4, "topic-under-nothing", TopicType, "configs-changed", keys: ["retention.ms"], synonyms: true);
        Increment(script, version, "broker-read-only", BrokerType, ThisBroker, (Set, "log.dirs", "/nowhere"));
        Increment(script, version, "broker-default-read-only", BrokerType, "", (Set, "node.id", "9"));
        Increment(script, version, "broker-unknown-key", BrokerType, ThisBroker, (Set, "log.retention.msec", "1"));
        Increment(script, version, "broker-bad-number", BrokerType, ThisBroker, (Set, "log.retention.ms", "soon"));
        Increment(script, version, "another-broker", BrokerType, "777", (Set, "log.retention.ms", "1"));
        Increment(script, version, "broker-of-no-number", BrokerType, "first", (Set, "log.retention.ms", "1"));
        foreach (sbyte type in new sbyte[] { 0, 3, 99 })
            Increment(script, version, $"resource-type-{type}", type, "something", (Set, "retention.ms", "1"));
        script.Change("validated-only", version, peer => Increments(peer, TopicType, "configs-changed", true,
            (Set, "retention.ms", "77")));
        Describe(script, 4, "after-validation", TopicType, "configs-changed", keys: ["retention.ms"]);
        script.Change("same-topic-twice", version, peer =>
        {
            IncrementalAlterConfigsRequest request = Increments(peer, TopicType, "configs-changed", false,
                (Set, "retention.ms", "77"));
            request.Resources = [request.Resources[0], request.Resources[0]];
            return request;
        });
        script.Change("no-resources", version, _ => new IncrementalAlterConfigsRequest());
    }

    private static void AddReplacements(Script script, short version)
    {
        Replace(script, version, "replace", TopicType, "configs-changed", ("retention.ms", "5000"), ("segment.ms", "60000"));
        Describe(script, 4, "after-replace", TopicType, "configs-changed", synonyms: true);
        Replace(script, version, "replace-with-less", TopicType, "configs-changed", ("segment.ms", "70000"));
        Describe(script, 4, "after-less", TopicType, "configs-changed");
        Replace(script, version, "replace-with-nothing", TopicType, "configs-changed");
        Replace(script, version, "null-value", TopicType, "configs-changed", ("retention.ms", null));
        Replace(script, version, "bad-number", TopicType, "configs-changed", ("retention.ms", "soon"));
        Replace(script, version, "unknown-key", TopicType, "configs-changed", ("retention.msec", "1"));
        Replace(script, version, "key-twice", TopicType, "configs-changed", ("retention.ms", "1"), ("retention.ms", "2"));
        Replace(script, version, "unknown-topic", TopicType, "configs-nowhere", ("retention.ms", "1"));
        Replace(script, version, "bad-topic-name", TopicType, "a/b", ("retention.ms", "1"));
        Replace(script, version, "broker-read-only", BrokerType, ThisBroker, ("log.dirs", "/nowhere"));
        Replace(script, version, "another-broker", BrokerType, "777", ("log.retention.ms", "1"));
        Replace(script, version, "resource-type-99", 99, "something", ("retention.ms", "1"));
        // Kafka never answers this one, so it is given little time.
        var topic = new AlterConfigsRequest.AlterConfigsResource { ResourceType = TopicType, ResourceName = Topic };
        var twice = new AlterConfigsRequest { ValidateOnly = true, Resources = [topic, topic] };
        script.Add(ApiKey.AlterConfigs, version, "same-topic-twice",
            peer => peer.AskAsync(twice, version, patience: TimeSpan.FromSeconds(1)), false);
        script.Change("no-resources", version, _ => new AlterConfigsRequest());
    }

    private static void Describe(
        Script script,
        short version,
        string name,
        sbyte type,
        string resource,
        ImmutableArray<string>? keys = null,
        bool synonyms = false,
        bool documentation = false,
        int copies = 1) =>
        script.Look(name, version, peer => new DescribeConfigsRequest
        {
            IncludeSynonyms = synonyms,
            IncludeDocumentation = documentation,
            Resources =
            [
                .. Enumerable.Repeat(
                    new DescribeConfigsRequest.DescribeConfigsResource
                    {
                        ResourceType = type,
                        ResourceName = NameOf(peer, resource),
                        ConfigurationKeys = keys,
                    },
                    copies),
            ],
        });

    private static void Increment(
        Script script,
        short version,
        string name,
        sbyte type,
        string resource,
        params (sbyte Operation, string Key, string? Value)[] configs) =>
        script.Change(name, version, peer => Increments(peer, type, resource, false, configs));

    private static IncrementalAlterConfigsRequest Increments(
        Peer peer,
        sbyte type,
        string resource,
        bool validateOnly,
        params (sbyte Operation, string Key, string? Value)[] configs) => new()
        {
            ValidateOnly = validateOnly,
            Resources =
            [
                new IncrementalAlterConfigsRequest.AlterConfigsResource
                {
                    ResourceType = type,
                    ResourceName = NameOf(peer, resource),
                    Configs =
                    [
                        .. configs.Select(config => new IncrementalAlterConfigsRequest.AlterableConfig
                            { Name = config.Key, ConfigOperation = config.Operation, Value = config.Value }),
                    ],
                },
            ],
        };

    private static void Replace(
        Script script,
        short version,
        string name,
        sbyte type,
        string resource,
        params (string Key, string? Value)[] configs) =>
        script.Change(name, version, peer => new AlterConfigsRequest
        {
            Resources =
            [
                new AlterConfigsRequest.AlterConfigsResource
                {
                    ResourceType = type,
                    ResourceName = NameOf(peer, resource),
                    Configs =
                    [
                        .. configs.Select(config => new AlterConfigsRequest.AlterableConfig
                            { Name = config.Key, Value = config.Value }),
                    ],
                },
            ],
        });

    private static string NameOf(Peer peer, string resource) =>
        resource == ThisBroker ? peer.Names.NodeId.ToString(CultureInfo.InvariantCulture) : resource;
}
