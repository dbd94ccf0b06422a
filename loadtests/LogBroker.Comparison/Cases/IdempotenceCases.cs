using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>InitProducerId, the sequences of idempotent producers, and DescribeProducers.</summary>
internal static class IdempotenceCases
{
    private const string Topic = "idempotent";
    private const int Attempts = 100;

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic);
        script.Prepare("await producer ids", AwaitIdsAsync);
        foreach (short version in Script.VersionsOf(ApiKey.InitProducerId)) AddInit(script, version);
        foreach (short version in new short[] { 3, 12, 13 }) AddSequences(script, version);
        AddForgotten(script);
        AddDescriptions(script);
    }

    /// <summary>Producers whose records were deleted.</summary>
    private static void AddForgotten(Script script)
    {
        const short Version = 12;
        const long Producer = 950_000;
        const string Deleted = "idempotent-deleted";
        script.PrepareTopic(Deleted);
        Send(script, Version, "before-deletion", 3, 0, records: 3, producer: Producer, topic: Deleted);
        script.Change("delete-all-of-a-producer", 2, _ => new DeleteRecordsRequest
        {
            TimeoutMs = 5_000,
            Topics =
            [
                new DeleteRecordsRequest.DeleteRecordsTopic
                {
                    Name = Deleted,
                    Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = 0, Offset = -1 }],
                },
            ],
        });
        Send(script, Version, "duplicate-of-deleted", 3, 0, records: 3, producer: Producer, topic: Deleted);
        Send(script, Version, "gap-after-deletion", 3, 4, producer: Producer, topic: Deleted);
        Send(script, Version, "older-epoch-after-deletion", 2, 3, producer: Producer, topic: Deleted);
        Send(script, Version, "next-after-deletion", 3, 3, producer: Producer, topic: Deleted);
        Send(script, Version, "epoch-4-from-7", 4, 7, producer: Producer, topic: Deleted);
        Send(script, Version, "epoch-4-from-0", 4, 0, producer: Producer, topic: Deleted);
        Send(script, Version, "overlapping-duplicate", 4, 0, records: 2, producer: Producer, topic: Deleted);
    }

    /// <summary>A broker that has just started may not yet have a block of ids to give out.</summary>
    private static async Task AwaitIdsAsync(Peer peer)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            InitProducerIdResponse answer = await peer.CallAsync(Init(), 4).ConfigureAwait(false);
            if (answer.ErrorCode == ErrorCode.None) return;
            await Task.Delay(100).ConfigureAwait(false);
        }

        throw new TimeoutException();
    }

    private static void AddInit(Script script, short version)
    {
        script.Change("new-producer", version, _ => Init(), Remember);
        script.Change("timeout-0", version, _ => Init(timeout: 0));
        script.Change("timeout-negative", version, _ => Init(timeout: -1));
        script.Change("empty-transactional-id", version,
            _ => new InitProducerIdRequest { TransactionalId = "", TransactionTimeoutMs = 1_000 });
        script.Change("fresh-transactional-id", version,
            _ => new InitProducerIdRequest { TransactionalId = "idempotence", TransactionTimeoutMs = int.MaxValue });
        if (version < 3) return;
        script.Change("epoch-of-known-producer", version, peer => Init(producer: peer.Memory.GetValueOrDefault("producer", 1), epoch: 0));
        script.Change("epoch-without-producer", version,
            _ => Init(epoch: 3));
        script.Change("producer-without-epoch", version,
            _ => Init(producer: 9));
    }

    /// <summary>A request without a transactional id.</summary>
    public static InitProducerIdRequest Init(int timeout = 1_000, long producer = -1, short epoch = -1) => new()
    {
        TransactionalId = null,
        TransactionTimeoutMs = timeout,
        ProducerId = producer,
        ProducerEpoch = epoch,
    };

    private static void AddSequences(Script script, short version)
    {
        script.Change("producer-for-sequences", 4, _ => Init(), Remember);
        Send(script, version, "first", 0, 0);
        Send(script, version, "first-again", 0, 0);
        Send(script, version, "gap", 0, 5);
        Send(script, version, "second", 0, 1, records: 2);
        Send(script, version, "second-with-fewer-records", 0, 1);
        for (int sequence = 3; sequence < 9; sequence++) Send(script, version, $"sequence-{sequence}", 0, sequence);
        Send(script, version, "duplicate-of-the-last-five", 0, 5);
        Send(script, version, "duplicate-older-than-five", 0, 0);
        Send(script, version, "sequence-minus-1", 0, -1);
        Send(script, version, "epoch-1-from-3", 1, 3);
        Send(script, version, "epoch-1-from-0", 1, 0);
        Send(script, version, "epoch-0-again", 0, 9);
        Send(script, version, "epoch-minus-1", -1, 0);
        Send(script, version, "transactional-without-id", 1, 1, isTransactional: true);
        Send(script, version, "unknown-producer-from-0", 0, 0, producer: 900_000 + version);
        Send(script, version, "unknown-producer-from-7", 0, 7, producer: 910_000 + version);
        Send(script, version, "unknown-producer-of-epoch-5", 5, 0, producer: 920_000 + version);
        Send(script, version, "before-the-wrap", 0, int.MaxValue - 1, records: 2, producer: 930_000 + version);
        Send(script, version, "after-the-wrap", 0, 0, producer: 930_000 + version);
        Send(script, version, "over-the-wrap", 0, int.MaxValue, records: 3, producer: 940_000 + version);
        Send(script, version, "behind-the-wrap", 0, 2, producer: 940_000 + version);
        script.Look("log-after-sequences", 12, peer => FetchCases.Request(peer, 12, Topic));
    }

    private static void AddDescriptions(Script script)
    {
        Describe(script, "known", Topic, 0);
        Describe(script, "unknown-partition", Topic, 7);
        Describe(script, "unknown-topic", "idempotent-nowhere", 0);
        Describe(script, "bad-topic", "a/b", 0);
        script.Look("no-topics", 0, _ => new DescribeProducersRequest());
    }

    private static void Describe(Script script, string name, string topic, int partition) =>
        script.Look(name, 0, _ => new DescribeProducersRequest
        {
            Topics = [new DescribeProducersRequest.TopicRequest { Name = topic, PartitionIndexes = [partition] }],
        });

    private static void Send(
        Script script,
        short version,
        string name,
        short epoch,
        int sequence,
        int records = 1,
        long? producer = null,
        bool isTransactional = false,
        string topic = Topic) =>
        script.Change(name, version, peer =>
        {
            long producerId = producer ?? peer.Memory.GetValueOrDefault("producer", 1);
            byte[] batch = Batches.OfProducer(producerId, epoch, sequence, records, isTransactional);
            return ProduceCases.Request(peer, version, topic, 0, new MemoryRecords(batch));
        });

    private static void Remember(Peer peer, InitProducerIdResponse response) =>
        peer.Memory["producer"] = response.ProducerId;
}
