using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Fetch without sessions: offsets, limits, epochs, isolation.</summary>
internal static class FetchCases
{
    private const string Topic = "fetch";
    private const short FirstByTopicId = 13;
    private const short FirstWithEpoch = 9;
    private const short FirstWithFetchedEpoch = 12;
    private const short FirstWithReplicaState = 15;

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic, 2);
        script.PrepareRecords(Topic, Batches.Good(), Batches.Good(5), Batches.Good(1), Batches.Good(4, valueBytes: 300));
        foreach (short version in Script.VersionsOf(ApiKey.Fetch))
        {
            AddOffsets(script, version);
            AddLimits(script, version);
            AddBadRequests(script, version);
            if (version >= FirstWithEpoch) AddEpochs(script, version);
        }
    }

    /// <summary>A request for one partition, outside any session, that waits for nothing.</summary>
    public static FetchRequest Request(
        Peer peer,
        short version,
        string topic,
        int partition = 0,
        long offset = 0,
        int leaderEpoch = -1,
        int fetchedEpoch = -1,
        int partitionBytesMax = 1 << 20,
        Guid? topicId = null) => new()
        {
            MaxWaitMs = 0,
            MinBytes = 0,
            MaxBytes = 10 << 20,
            SessionEpoch = -1,
            Topics =
            [
                new FetchRequest.FetchTopic
                {
                    Topic = version >= FirstByTopicId ? "" : topic,
                    TopicId = version >= FirstByTopicId ? topicId ?? peer.Names.TopicId(topic) : Guid.Empty,
                    Partitions =
                    [
                        new FetchRequest.FetchPartition
                        {
                            Partition = partition,
                            FetchOffset = offset,
                            CurrentLeaderEpoch = leaderEpoch,
                            LastFetchedEpoch = fetchedEpoch,
                            PartitionMaxBytes = partitionBytesMax,
                        },
                    ],
                },
            ],
        };

    private static void AddOffsets(Script script, short version)
    {
        foreach (long offset in new long[] { 0, 1, 3, 5, 12, 13, 14, 1_000_000, -1, -2, long.MaxValue })
            script.Look($"offset-{offset}", version, peer => Request(peer, version, Topic, offset: offset));
        script.Look("empty-partition", version, peer => Request(peer, version, Topic, partition: 1));
        script.Look("empty-partition-offset-1", version, peer => Request(peer, version, Topic, partition: 1, offset: 1));
    }

    private static void AddLimits(Script script, short version)
    {
        script.Look("partition-bytes-1", version, peer => Request(peer, version, Topic, partitionBytesMax: 1));
        script.Look("partition-bytes-0", version, peer => Request(peer, version, Topic, partitionBytesMax: 0));
        script.Look("partition-bytes-300", version, peer => Request(peer, version, Topic, partitionBytesMax: 300));
        script.Look("partition-bytes-negative", version, peer => Request(peer, version, Topic, partitionBytesMax: -1));
        AddChanged(script, version, "bytes-1", request => request.MaxBytes = 1);
        AddChanged(script, version, "bytes-0", request => request.MaxBytes = 0);
        AddChanged(script, version, "bytes-negative", request => request.MaxBytes = -1);
        AddChanged(script, version, "isolation-read-committed", request => request.IsolationLevel = 1);
        AddChanged(script, version, "isolation-2", request => request.IsolationLevel = 2);
        AddChanged(script, version, "isolation-negative", request => request.IsolationLevel = -1);
        AddChanged(script, version, "wait-negative", request => request.MaxWaitMs = -1);
        AddChanged(script, version, "waits-and-gives-up", request =>
        {
            request.MaxWaitMs = 50;
            request.MinBytes = 1_000_000;
        });
        if (version >= 11) AddChanged(script, version, "rack", request => request.RackId = "somewhere");
    }

    private static void AddBadRequests(Script script, short version)
    {
        script.Look("unknown-partition", version, peer => Request(peer, version, Topic, partition: 2));
        script.Look("negative-partition", version, peer => Request(peer, version, Topic, partition: -1));
        script.Look("unknown-topic", version, peer => Request(peer, version, "fetch-nowhere"));
        script.Look("bad-topic-name", version, peer => Request(peer, version, "fetch/../x"));
        script.Look("empty-topic-name", version, peer => Request(peer, version, ""));
        if (version >= FirstByTopicId)
            script.Look("zero-topic-id", version, peer => Request(peer, version, Topic, topicId: Guid.Empty));
        script.Look("no-topics", version, _ => new FetchRequest { MaxWaitMs = 0, SessionEpoch = -1 });
        if (version < FirstWithReplicaState)
        {
            AddChanged(script, version, "replica-2", request => request.ReplicaId = 2);
            AddChanged(script, version, "replica-debug", request => request.ReplicaId = -2);
        }
        else
        {
            AddChanged(script, version, "replica-2",
                request => request.ReplicaState = new FetchRequest.ReplicaStateData { ReplicaId = 2, ReplicaEpoch = 1 });
        }
    }

    private static void AddEpochs(Script script, short version)
    {
        foreach (int epoch in new[] { 0, 1, -2 })
            script.Look($"leader-epoch-{epoch}", version, peer => Request(peer, version, Topic, leaderEpoch: epoch));
        if (version < FirstWithFetchedEpoch) return;
        foreach (int epoch in new[] { 0, 1, -2 })
        {
            script.Look($"fetched-epoch-{epoch}", version,
                peer => Request(peer, version, Topic, offset: 5, fetchedEpoch: epoch));
        }

        script.Look("fetched-epoch-beyond-the-end", version,
            peer => Request(peer, version, Topic, offset: 99, fetchedEpoch: 0));
    }

    private static void AddChanged(Script script, short version, string name, Action<FetchRequest> change) =>
        script.Look(name, version, peer =>
        {
            FetchRequest request = Request(peer, version, Topic);
            change(request);
            return request;
        });
}
