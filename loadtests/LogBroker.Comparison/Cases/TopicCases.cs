using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>CreateTopics and DeleteTopics.</summary>
internal static class TopicCases
{
    private const short FirstDeleteById = 6;

    public static void AddTo(Script script)
    {
        script.PrepareTopic("topics-there");
        script.PrepareTopic("topics_of.dots");
        foreach (short version in Script.VersionsOf(ApiKey.CreateTopics))
        {
            AddGood(script, version);
            AddBadNames(script, version);
            AddBadNumbers(script, version);
            AddAssignments(script, version);
            AddConfigs(script, version);
        }

        foreach (short version in Script.VersionsOf(ApiKey.DeleteTopics)) AddDeletions(script, version);
    }

    private static void AddGood(Script script, short version)
    {
        string plain = $"topics-plain-{version}";
        Create(script, version, "plain", Named(plain, 2));
        script.AwaitTopic(plain, 2);
        Create(script, version, "there-already", Named(plain, 2));
        Create(script, version, "defaults", Named($"topics-defaults-{version}", -1, -1));
        Create(script, version, "validated-only", [Named($"topics-validated-{version}", 2)], validateOnly: true);
        script.Look("not-there-after-validation", 12, _ => new MetadataRequest
        {
            Topics = [new MetadataRequest.MetadataRequestTopic { Name = $"topics-validated-{version}" }],
            AllowAutoTopicCreation = false,
        });
        Create(script, version, "validated-but-there", [Named(plain, 2)], validateOnly: true);
        Create(script, version, "twice-in-one-request",
            Named($"topics-twice-{version}", 1), Named($"topics-twice-{version}", 1));
        Create(script, version, "answers-in-order",
            [.. "zbm/yc".Select(letter => Named($"{letter}", 1))], validateOnly: true);
        Create(script, version, "good-and-bad-together", Named($"topics-mixed-{version}", 1), Named("a/b", 1));
        script.Change("no-topics", version, _ => new CreateTopicsRequest());
    }

    private static void AddBadNames(Script script, short version)
    {
        string[] names = ["", ".", "..", "a/b", "a b", "ä", "topics\u0000", new string('x', 249), new string('y', 250)];
        foreach (string name in names)
        {
            string label = name.Length > 100 ? $"{name.Length}-letters" : Uri.EscapeDataString(name);
            Create(script, version, $"name-{label}", [Named(name, 1)], validateOnly: true);
        }

        Create(script, version, "name-collides", [Named("topics.of_dots", 1)], validateOnly: true);
        Create(script, version, "name-internal", [Named("__transaction_state", 1)], validateOnly: true);
    }

    private static void AddBadNumbers(Script script, short version)
    {
        foreach (int partitions in new[] { 0, -2, 10_001, int.MaxValue })
            Create(script, version, $"partitions-{partitions}", [Named("topics-numbers", partitions)], validateOnly: true);
        foreach (short replicas in new short[] { 0, -2, 2, short.MaxValue })
            Create(script, version, $"replicas-{replicas}", [Named("topics-numbers", 1, replicas)], validateOnly: true);
    }

    private static void AddAssignments(Script script, short version)
    {
        Assign(script, version, "assigned", -1, -1, (0, [0]), (1, [0]));
        Assign(script, version, "assigned-and-counted", 2, 1, (0, [0]), (1, [0]));
        Assign(script, version, "assigned-and-partitions", 2, -1, (0, [0]), (1, [0]));
        Assign(script, version, "assigned-with-a-gap", -1, -1, (0, [0]), (2, [0]));
        Assign(script, version, "assigned-from-1", -1, -1, (1, [0]));
        Assign(script, version, "assigned-twice", -1, -1, (0, [0]), (0, [0]));
        Assign(script, version, "assigned-to-nobody", -1, -1, (0, []));
        Assign(script, version, "assigned-to-the-same-twice", -1, -1, (0, [0, 0]));
        Assign(script, version, "assigned-to-unknown", -1, -1, (0, [777]));
        Assign(script, version, "assigned-to-negative", -1, -1, (0, [-5]));
        Assign(script, version, "assigned-negative-partition", -1, -1, (-1, [0]));
    }

    private static void AddConfigs(Script script, short version)
    {
        Configure(script, version, "config", ("retention.ms", "1000"), ("cleanup.policy", "compact,delete"));
        Configure(script, version, "config-unknown", ("retention.msec", "1000"));
        Configure(script, version, "config-bad-number", ("retention.ms", "soon"));
        Configure(script, version, "config-out-of-range", ("segment.bytes", "1"));
        Configure(script, version, "config-bad-word", ("cleanup.policy", "burn"));
        Configure(script, version, "config-null", ("retention.ms", null));
        Configure(script, version, "config-empty", ("retention.ms", ""));
        Configure(script, version, "config-twice", ("retention.ms", "1000"), ("retention.ms", "2000"));
        Configure(script, version, "config-contradiction", ("min.compaction.lag.ms", "100"), ("max.compaction.lag.ms", "10"));
        Configure(script, version, "config-remote-storage", ("remote.storage.enable", "true"));
        Configure(script, version, "config-with-spaces", ("retention.ms", " 1000 "));
        Configure(script, version, "config-of-empty-name", ("", "1"));
    }

    private static void AddDeletions(Script script, short version)
    {
        string topic = $"topics-deleted-{version}";
        script.PrepareTopic(topic);
        Delete(script, version, "there", topic);
        script.AwaitNoTopic(topic);
        Delete(script, version, "gone-already", topic);
        Delete(script, version, "unknown", "topics-nowhere");
        Delete(script, version, "bad-name", "a/b");
        Delete(script, version, "empty-name", "");
        Delete(script, version, "unknown-twice", "topics-nowhere", "topics-nowhere");
        script.Change("no-topics", version, _ => new DeleteTopicsRequest { TimeoutMs = 1_000 });
        if (version < FirstDeleteById) return;
        script.PrepareTopic("topics-by-id");
        DeleteById(script, "id", "topics-by-id", null);
        DeleteById(script, "id-unknown", "topics-nowhere", null);
        DeleteById(script, "id-and-name", "topics-there", "topics-there");
        script.Change("neither-id-nor-name", FirstDeleteById, _ => new DeleteTopicsRequest
        {
            TimeoutMs = 5_000,
            Topics = [new DeleteTopicsRequest.DeleteTopicState()],
        });
    }

    private static CreateTopicsRequest.CreatableTopic Named(string name, int partitions, short replicas = 1) =>
        new() { Name = name, NumPartitions = partitions, ReplicationFactor = replicas };

    private static void Create(
        Script script, short version, string name, params CreateTopicsRequest.CreatableTopic[] topics) =>
        Create(script, version, name, topics, validateOnly: false);

    private static void Create(
        Script script, short version, string name, CreateTopicsRequest.CreatableTopic[] topics, bool validateOnly) =>
        script.Change(name, version, _ => new CreateTopicsRequest
        {
            Topics = [.. topics],
            TimeoutMs = 10_000,
            ValidateOnly = validateOnly,
        });

    /// <summary>Broker 0 stands for the one broker there is.</summary>
    private static void Assign(
        Script script,
        short version,
        string name,
        int partitions,
        short replicas,
        params (int Partition, int[] Brokers)[] assignments) =>
        script.Change(name, version, peer => new CreateTopicsRequest
        {
            TimeoutMs = 10_000,
            ValidateOnly = true,
            Topics =
            [
                new CreateTopicsRequest.CreatableTopic
                {
                    Name = "topics-assigned",
                    NumPartitions = partitions,
                    ReplicationFactor = replicas,
                    Assignments =
                    [
                        .. assignments.Select(assignment => new CreateTopicsRequest.CreatableReplicaAssignment
                        {
                            PartitionIndex = assignment.Partition,
                            BrokerIds = [.. assignment.Brokers.Select(id => id == 0 ? peer.Names.NodeId : id)],
                        }),
                    ],
                },
            ],
        });

    private static void Configure(
        Script script, short version, string name, params (string Name, string? Value)[] configs) =>
        script.Change(name, version, _ => new CreateTopicsRequest
        {
            TimeoutMs = 10_000,
            ValidateOnly = true,
            Topics =
            [
                new CreateTopicsRequest.CreatableTopic
                {
                    Name = "topics-configured",
                    NumPartitions = 1,
                    ReplicationFactor = 1,
                    Configs =
                    [
                        .. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig
                            { Name = config.Name, Value = config.Value }),
                    ],
                },
            ],
        });

    private static void Delete(Script script, short version, string name, params string[] topics) =>
        script.Change(name, version, _ => version < FirstDeleteById
            ? new DeleteTopicsRequest { TimeoutMs = 10_000, TopicNames = [.. topics] }
            : new DeleteTopicsRequest
            {
                TimeoutMs = 10_000,
                Topics = [.. topics.Select(topic => new DeleteTopicsRequest.DeleteTopicState { Name = topic })],
            });

    private static void DeleteById(Script script, string name, string topicOfId, string? topicName) =>
        script.Change(name, FirstDeleteById, peer => new DeleteTopicsRequest
        {
            TimeoutMs = 10_000,
            Topics =
            [
                new DeleteTopicsRequest.DeleteTopicState { Name = topicName, TopicId = peer.Names.TopicId(topicOfId) },
            ],
        });
}
