using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>CreatePartitions.</summary>
internal static class PartitionCases
{
    private const string Topic = "partitions";

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic, 2);
        foreach (short version in Script.VersionsOf(ApiKey.CreatePartitions))
        {
            foreach (int count in new[] { 2, 1, 0, -1, 20_000, int.MaxValue })
                Grow(script, version, $"count-{count}", count, validateOnly: true);
            Grow(script, version, "validated-only", 9, validateOnly: true);
            string grown = $"partitions-grown-{version}";
            script.PrepareTopic(grown);
            Grow(script, version, "grown", 3, topic: grown);
            script.AwaitTopic(grown, 3);
            script.Look("grown-topic", 12, _ => new MetadataRequest
            {
                Topics = [new MetadataRequest.MetadataRequestTopic { Name = grown }],
            });
            Grow(script, version, "same-count", 3, topic: grown);
            Grow(script, version, "unknown-topic", 3, topic: "partitions-nowhere");
            Grow(script, version, "bad-topic-name", 3, topic: "a/b");
            Grow(script, version, "empty-topic-name", 3, topic: "");
            Grow(script, version, "same-topic-twice", 5, validateOnly: true, copies: 2);
            Grow(script, version, "assigned", 4, validateOnly: true, assignments: [[0], [0]]);
            Grow(script, version, "assigned-too-few", 4, validateOnly: true, assignments: [[0]]);
            Grow(script, version, "assigned-too-many", 3, validateOnly: true, assignments: [[0], [0]]);
            Grow(script, version, "assigned-none", 3, validateOnly: true, assignments: []);
            Grow(script, version, "assigned-to-nobody", 3, validateOnly: true, assignments: [[]]);
            Grow(script, version, "assigned-to-unknown", 3, validateOnly: true, assignments: [[777]]);
            Grow(script, version, "assigned-to-two", 3, validateOnly: true, assignments: [[0, 777]]);
            Grow(script, version, "assigned-to-the-same-twice", 3, validateOnly: true, assignments: [[0, 0]]);
            script.Change("no-topics", version, _ => new CreatePartitionsRequest { TimeoutMs = 1_000 });
        }
    }

    /// <summary>Broker 0 stands for the one broker there is.</summary>
    private static void Grow(
        Script script,
        short version,
        string name,
        int count,
        string topic = Topic,
        bool validateOnly = false,
        int copies = 1,
        int[][]? assignments = null) =>
        script.Change(name, version, peer => new CreatePartitionsRequest
        {
            TimeoutMs = 10_000,
            ValidateOnly = validateOnly,
            Topics =
            [
                .. Enumerable.Repeat(
                    new CreatePartitionsRequest.CreatePartitionsTopic
                    {
                        Name = topic,
                        Count = count,
                        Assignments = assignments is null ? null : Assignments(peer, assignments),
                    },
                    copies),
            ],
        });

    private static ImmutableArray<CreatePartitionsRequest.CreatePartitionsAssignment> Assignments(
        Peer peer, int[][] assignments) =>
    [
        .. assignments.Select(brokers => new CreatePartitionsRequest.CreatePartitionsAssignment
        {
            BrokerIds = [.. brokers.Select(id => id == 0 ? peer.Names.NodeId : id)],
        }),
    ];
}
