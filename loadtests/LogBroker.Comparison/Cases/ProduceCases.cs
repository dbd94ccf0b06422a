using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Comparison.Cases;

/// <summary>Produce of a producer that is not idempotent: good batches and every kind of bad one.</summary>
internal static class ProduceCases
{
    private const string Topic = "produce";
    private const short FirstByTopicId = 13;

    /// <summary>For what the brokers may append differently, so that the offsets of the other cases stay the same.</summary>
    private const string Apart = "produce-apart";

    /// <summary>For batches whose records do not count up from 0, which LogBroker puts right.</summary>
    private const string Renumbered = "produce-renumbered";

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic, 2);
        script.PrepareTopic(Apart);
        script.PrepareTopic(Renumbered);
        script.PrepareTopic("produce-compacted", 1, ("cleanup.policy", "compact"));
        script.PrepareTopic("produce-append-time", 1, ("message.timestamp.type", "LogAppendTime"));
        script.PrepareTopic("produce-small", 1, ("max.message.bytes", "500"));
        script.PrepareTopic("produce-timely", 1,
            ("message.timestamp.before.max.ms", "3600000"), ("message.timestamp.after.max.ms", "3600000"));
        script.PrepareTopic("produce-gzip", 1, ("compression.type", "gzip"));
        script.PrepareTopic("produce-uncompressed", 1, ("compression.type", "uncompressed"));
        foreach (short version in Script.VersionsOf(ApiKey.Produce))
        {
            AddGood(script, version);
            AddBadRequests(script, version);
            AddBadBatches(script, version);
            AddTopicRules(script, version);
        }

        foreach (string topic in
                 new[] { Topic, Renumbered, "produce-append-time", "produce-gzip", "produce-uncompressed" })
        {
            script.Look($"fetch-what-was-produced-to-{topic}", 12, peer => FetchCases.Request(peer, 12, topic));
        }
    }

    /// <summary>A request for one partition; <paramref name="topicVersion"/> decides whether it names the topic or its id.
    /// </summary>
    public static ProduceRequest Request(
        Peer peer, short topicVersion, string topic, int partition, IRecords? records, short acks = -1, int copies = 1)
    {
        var data = new ProduceRequest.PartitionProduceData { Index = partition, Records = records };
        return new ProduceRequest
        {
            Acks = acks,
            TimeoutMs = 5_000,
            TopicData =
            [
                new ProduceRequest.TopicProduceData
                {
                    Name = topicVersion >= FirstByTopicId ? "" : topic,
                    TopicId = topicVersion >= FirstByTopicId ? peer.Names.TopicId(topic) : Guid.Empty,
                    PartitionData = [.. Enumerable.Repeat(data, copies)],
                },
            ],
        };
    }

    private static void AddGood(Script script, short version)
    {
        Add(script, version, "good", Batches.Good());
        Add(script, version, "good-acks-1", Batches.Good(), acks: 1);
        Add(script, version, "base-offset-and-epoch-set", Batches.WithInt64(0, 999));
        Add(script, version, "leader-epoch-set", Batches.WithInt32(12, 77));
        Add(script, version, "no-timestamp", Batches.Good(1, time: -1));
        Add(script, version, "append-time", Batches.Good(), "produce-append-time");
        foreach (CompressionType type in new[] { CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4 })
            Add(script, version, $"{type}", Batches.Good(options: Compressed(type)));
        Add(script, version, "zstd", Batches.Good(options: Compressed(CompressionType.Zstd)));
        Add(script, version, "topic-of-gzip", Batches.Good(20), "produce-gzip");
        Add(script, version, "topic-of-no-compression",
            Batches.Good(20, Compressed(CompressionType.Lz4)), "produce-uncompressed");
        script.Add(ApiKey.Produce, version, "acks-0",
            peer => peer.TellAsync(Request(peer, version, Topic, 0, new MemoryRecords(Batches.Good()), 0), version), false);
        script.Add(ApiKey.Produce, version, "acks-0-of-a-bad-batch",
            peer => peer.TellAsync(
                Request(peer, version, Topic, 0, new MemoryRecords(Batches.WithByte(17, 1, keepCrc: true)), 0), version),
            false);
    }

    private static void AddBadRequests(Script script, short version)
    {
        Add(script, version, "unknown-topic", Batches.Good(), "produce-nowhere");
        Add(script, version, "bad-topic-name", Batches.Good(), "produce/../x");
        Add(script, version, "empty-topic-name", Batches.Good(), "");
        Add(script, version, "unknown-partition", Batches.Good(), partition: 2);
        Add(script, version, "negative-partition", Batches.Good(), partition: -1);
        Add(script, version, "acks-2", Batches.Good(), acks: 2);
        Add(script, version, "acks-minus-2", Batches.Good(), acks: -2);
        // Kafka never answers this one, so it is given little time.
        script.Add(ApiKey.Produce, version, "null-records",
            peer => peer.AskAsync(Request(peer, version, Topic, 0, null), version, patience: TimeSpan.FromSeconds(1)), false);
        Add(script, version, "no-records", []);
        Add(script, version, "same-partition-twice", Batches.Good(), Apart, copies: 2);
        script.Change($"no-topics", version, _ => new ProduceRequest { Acks = -1, TimeoutMs = 100 });
        script.Change("transactional-id-without-transaction", version, peer =>
        {
            ProduceRequest request = Request(peer, version, Topic, 0, new MemoryRecords(Batches.Good()));
            request.TransactionalId = "produce-transaction";
            return request;
        });
    }

    private static void AddBadBatches(Script script, short version)
    {
        byte[] good = Batches.Good();
        Add(script, version, "wrong-crc", Batches.WithByte(17, 1, keepCrc: true));
        Add(script, version, "changed-record", Batches.WithByte(70, 1, keepCrc: true));
        Add(script, version, "cut-batch", good[..^1]);
        Add(script, version, "cut-header", good[..40]);
        Add(script, version, "cut-before-magic", good[..12]);
        Add(script, version, "bytes-behind-batch", [.. good, 1, 2, 3]);
        Add(script, version, "two-batches", [.. good, .. good]);
        Add(script, version, "magic-0", Batches.Legacy(0));
        Add(script, version, "magic-1", Batches.Legacy(1));
        Add(script, version, "magic-0-in-a-batch", Batches.WithByte(16, 0));
        Add(script, version, "magic-3", Batches.WithByte(16, 3));
        Add(script, version, "magic-minus-1", Batches.WithByte(16, 255));
        Add(script, version, "length-0", Batches.WithInt32(8, 0));
        Add(script, version, "length-negative", Batches.WithInt32(8, -1));
        Add(script, version, "length-huge", Batches.WithInt32(8, int.MaxValue));
        Add(script, version, "count-0", Batches.WithInt32(57, 0));
        Add(script, version, "count-negative", Batches.WithInt32(57, -1));
        Add(script, version, "count-too-high", Batches.WithInt32(57, 4));
        Add(script, version, "count-too-low", Batches.WithInt32(57, 2));
        Add(script, version, "empty-batch", Batches.Good(0));
        Add(script, version, "last-offset-delta-too-high", Batches.WithInt32(23, 5));
        Add(script, version, "last-offset-delta-negative", Batches.WithInt32(23, -1));
        Add(script, version, "record-offset-delta-wrong", Batches.WithByte(64, 8), Renumbered);
        Add(script, version, "record-length-wrong", Batches.WithByte(61, 3));
        Add(script, version, "record-length-huge", Batches.WithByte(61, 0x7E));
        Add(script, version, "max-timestamp-wrong", Batches.WithInt64(35, RunClock.RecordTime + 500));
        Add(script, version, "control-batch", Batches.WithByte(22, 0x20));
        Add(script, version, "control-and-transactional", Batches.WithByte(22, 0x30));
        Add(script, version, "transactional-without-producer", Batches.WithByte(22, 0x10));
        Add(script, version, "log-append-time-from-client", Batches.WithByte(22, 0x08));
        Add(script, version, "delete-horizon-from-client", Batches.WithByte(22, 0x40));
        Add(script, version, "unused-attributes", Batches.WithByte(21, 0x80));
        for (byte codec = 1; codec < 8; codec++)
            Add(script, version, $"plain-bytes-as-codec-{codec}", Batches.WithByte(22, codec), Apart);
    }

    private static void AddTopicRules(Script script, short version)
    {
        Add(script, version, "too-large", Batches.Good(valueBytes: 1_000), "produce-small");
        Add(script, version, "no-key-in-compacted", Batches.WithoutKeys(), "produce-compacted");
        Add(script, version, "key-in-compacted", Batches.Good(), "produce-compacted");
        Add(script, version, "timestamp-too-old", Batches.Good(), "produce-timely");
        Add(script, version, "timestamp-too-new", Batches.Good(time: RunClock.Start + 86_400_000), "produce-timely");
        Add(script, version, "timestamp-now", Batches.Good(time: RunClock.Start), "produce-timely");
    }

    private static void Add(
        Script script,
        short version,
        string name,
        byte[] batch,
        string topic = Topic,
        int partition = 0,
        short acks = -1,
        int copies = 1) =>
        // A broker may stamp what it is sent; each gets its own bytes.
        script.Change(name, version, peer => Request(
            peer, version, topic, partition, new MemoryRecords(batch.ToArray()), acks, copies));

    private static RecordBatchOptions Compressed(CompressionType type) => new() { Codec = CompressionCodecs.Get(type) };
}
