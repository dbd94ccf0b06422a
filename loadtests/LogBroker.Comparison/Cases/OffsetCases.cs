using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>ListOffsets, OffsetForLeaderEpoch and DeleteRecords.</summary>
internal static class OffsetCases
{
    private const string Topic = "offsets";
    private const short FirstWithIsolation = 2;
    private const short FirstWithEpoch = 4;
    private const short FirstWithReplica = 3;

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic, 2);
        script.PrepareTopic("offsets-compacted", 1, ("cleanup.policy", "compact"));
        script.PrepareTopic("offsets-deleted", 2);
        script.PrepareRecords(Topic,
            Batches.Good(), Batches.Good(3, time: RunClock.RecordTime + 1_000), Batches.Good(3, time: RunClock.RecordTime + 500));
        script.PrepareRecords("offsets-deleted", Batches.Good(5), Batches.Good(5));
        foreach (short version in Script.VersionsOf(ApiKey.ListOffsets)) AddLists(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.OffsetForLeaderEpoch)) AddEpochs(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.DeleteRecords)) AddDeletions(script, version);
        script.Look("fetch-deleted", 12, peer => FetchCases.Request(peer, 12, "offsets-deleted"));
        script.Look("fetch-after-deleted", 12, peer => FetchCases.Request(peer, 12, "offsets-deleted", offset: 7));
        script.Look("earliest-after-deletion", 7, _ => Lists("offsets-deleted", 0, -2));
    }

    public static ListOffsetsRequest Lists(
        string topic, int partition, long timestamp, int epoch = -1, int copies = 1, int replica = -1)
    {
        var wanted = new ListOffsetsRequest.ListOffsetsPartition
        {
            PartitionIndex = partition,
            CurrentLeaderEpoch = epoch,
            Timestamp = timestamp,
        };
        return new ListOffsetsRequest
        {
            ReplicaId = replica,
            Topics = [new ListOffsetsRequest.ListOffsetsTopic { Name = topic, Partitions = [.. Enumerable.Repeat(wanted, copies)] }],
        };
    }

    private static void AddLists(Script script, short version)
    {
        foreach (long timestamp in new long[] { -1, -2, -3, -4, -5, -6, -7, 0, long.MaxValue, long.MinValue })
            script.Look($"timestamp-{timestamp}", version, _ => Lists(Topic, 0, timestamp));
        foreach (long later in new long[] { -1, 0, 1, 2, 3, 500, 1_000, 1_002, 1_003 })
            script.Look($"time-of-first-plus-{later}", version, _ => Lists(Topic, 0, RunClock.RecordTime + later));
        foreach (long timestamp in new long[] { -1, -2, -3, 0 })
            script.Look($"empty-partition-{timestamp}", version, _ => Lists(Topic, 1, timestamp));
        script.Look("unknown-partition", version, _ => Lists(Topic, 2, -1));
        script.Look("unknown-topic", version, _ => Lists("offsets-nowhere", 0, -1));
        script.Look("bad-topic-name", version, _ => Lists("a/b", 0, -1));
        script.Look("same-partition-twice", version, _ => Lists(Topic, 0, -1, copies: 2));
        script.Look("no-topics", version, _ => new ListOffsetsRequest { ReplicaId = -1 });
        script.Look("replica-2", version, _ => Lists(Topic, 0, -1, replica: 2));
        script.Look("replica-debug", version, _ => Lists(Topic, 0, -1, replica: -2));
        if (version >= FirstWithIsolation)
        {
            foreach (sbyte level in new sbyte[] { 1, 2, -1 })
            {
                script.Look($"isolation-{level}", version, _ =>
                {
                    ListOffsetsRequest request = Lists(Topic, 0, -1);
                    request.IsolationLevel = level;
                    return request;
                });
            }
        }

        if (version < FirstWithEpoch) return;
        foreach (int epoch in new[] { 0, 1, -2 })
            script.Look($"leader-epoch-{epoch}", version, _ => Lists(Topic, 0, -1, epoch));
    }

    private static void AddEpochs(Script script, short version)
    {
        foreach (int epoch in new[] { 0, 1, 99, -1, -2 })
            script.Look($"epoch-{epoch}", version, _ => Epochs(version, Topic, 0, epoch));
        foreach (int current in new[] { 0, 1, -2 })
            script.Look($"current-epoch-{current}", version, _ => Epochs(version, Topic, 0, 0, current));
        script.Look("empty-partition", version, _ => Epochs(version, Topic, 1, 0));
        script.Look("unknown-partition", version, _ => Epochs(version, Topic, 2, 0));
        script.Look("unknown-topic", version, _ => Epochs(version, "offsets-nowhere", 0, 0));
        script.Look("no-topics", version, _ => new OffsetForLeaderEpochRequest { ReplicaId = version >= FirstWithReplica ? -1 : -2 });
    }

    private static OffsetForLeaderEpochRequest Epochs(
        short version, string topic, int partition, int epoch, int currentEpoch = -1) => new()
        {
            ReplicaId = version >= FirstWithReplica ? -1 : -2,
            Topics =
            [
                new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
                {
                    Topic = topic,
                    Partitions =
                    [
                        new OffsetForLeaderEpochRequest.OffsetForLeaderPartition
                        {
                            Partition = partition,
                            CurrentLeaderEpoch = currentEpoch,
                            LeaderEpoch = epoch,
                        },
                    ],
                },
            ],
        };

    private static void AddDeletions(Script script, short version)
    {
        foreach (long offset in new long[] { 3 + version, 2, 100, -2 })
            script.Change($"offset-{offset}", version, _ => Deletes("offsets-deleted", 0, offset));
        script.Change("all-of-an-empty-partition", version, _ => Deletes("offsets-deleted", 1, -1));
        script.Change("unknown-partition", version, _ => Deletes("offsets-deleted", 2, 1));
        script.Change("unknown-topic", version, _ => Deletes("offsets-nowhere", 0, 1));
        script.Change("bad-topic-name", version, _ => Deletes("a/b", 0, 1));
        script.Change("compacted", version, _ => Deletes("offsets-compacted", 0, 0));
        script.Change("no-topics", version, _ => new DeleteRecordsRequest { TimeoutMs = 1_000 });
    }

    private static DeleteRecordsRequest Deletes(string topic, int partition, long offset) => new()
    {
        TimeoutMs = 5_000,
        Topics =
        [
            new DeleteRecordsRequest.DeleteRecordsTopic
            {
                Name = topic,
                Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = partition, Offset = offset }],
            },
        ],
    };
}
