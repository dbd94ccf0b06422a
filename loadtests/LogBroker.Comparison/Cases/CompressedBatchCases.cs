using System.Buffers.Binary;
using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Comparison.Cases;

/// <summary>What lies inside compressed batches: good and bad records, topics that compress anew, bounds on sizes and times.
/// </summary>
internal static class CompressedBatchCases
{
    private const short Version = 9;
    private const string Topic = "compressed";

    /// <summary>For what the brokers do not agree to append, so that the offsets of the other cases stay the same.</summary>
    private const string Apart = "compressed-apart";
    private const int OffsetDeltaOfFirstRecord = 3;

    private static readonly CompressionType[] Codecs =
        [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic);
        script.PrepareTopic(Apart);
        script.PrepareTopic("compressed-keys", 1, ("cleanup.policy", "compact"));
        script.PrepareTopic("compressed-append-time", 1, ("message.timestamp.type", "LogAppendTime"),
            ("message.timestamp.before.max.ms", "1000"), ("message.timestamp.after.max.ms", "1000"));
        script.PrepareTopic("compressed-timely", 1,
            ("message.timestamp.before.max.ms", "3600000"), ("message.timestamp.after.max.ms", "3600000"));
        script.PrepareTopic("compressed-small-plain", 1, ("compression.type", "uncompressed"), ("max.message.bytes", "500"));
        script.PrepareTopic("compressed-small-gzip", 1, ("compression.type", "gzip"), ("max.message.bytes", "500"));
        foreach (CompressionType codec in Codecs) AddRecords(script, codec);
        AddRules(script);
        foreach (string topic in new[] { Topic, "compressed-append-time" })
            script.Look($"fetch-{topic}", 12, peer => FetchCases.Request(peer, 12, topic));
    }

    private static void AddRecords(Script script, CompressionType codec)
    {
        byte[] plain = Batches.Good(5);
        Add(script, $"{codec}-good", Compress(plain, codec));
        Add(script, $"{codec}-one-record", Compress(Batches.Good(1), codec));
        Add(script, $"{codec}-large-records", Compress(Batches.Good(3, valueBytes: 200_000), codec));
        Add(script, $"{codec}-count-too-high", WithCount(Compress(plain, codec), 6));
        Add(script, $"{codec}-count-too-low", WithCount(Compress(plain, codec), 4));
        Add(script, $"{codec}-count-not-offsets", WithInt32(Compress(plain, codec), 23, 7));
        Add(script, $"{codec}-bytes-behind-records", Compress([.. plain, 0, 0, 0], codec));
        Add(script, $"{codec}-record-length-huge", Compress(WithRecordByte(plain, 0, 0x7E), codec), Apart);
        Add(script, $"{codec}-record-length-negative", Compress(WithRecordByte(plain, 0, 0x03), codec), Apart);
        Add(script, $"{codec}-records-cut", Compress(plain[..^4], codec));
        Add(script, $"{codec}-stream-cut", Cut(Compress(plain, codec), 5));
        Add(script, $"{codec}-stream-half", Cut(Compress(plain, codec), 30));
        Add(script, $"{codec}-nothing", Cut(Compress(plain, codec), int.MaxValue));
        Add(script, $"{codec}-max-timestamp-wrong",
            WithInt64(Compress(plain, codec), 35, RunClock.RecordTime + 500));
        Add(script, $"{codec}-no-key", Compress(Batches.WithoutKeys(), codec), "compressed-keys");
        Add(script, $"{codec}-key", Compress(plain, codec), "compressed-keys");
        Add(script, $"{codec}-append-time", Compress(plain, codec), "compressed-append-time");
        Add(script, $"{codec}-too-old", Compress(plain, codec), "compressed-timely");
        Add(script, $"{codec}-too-new",
            Compress(Batches.Good(time: RunClock.Start + 86_400_000), codec), "compressed-timely");
        Add(script, $"{codec}-record-offset-wrong",
            Compress(WithRecordByte(plain, OffsetDeltaOfFirstRecord, 8), codec), Apart);
    }

    private static void AddRules(Script script)
    {
        Add(script, "uncompressed-with-old-time", Batches.Good(), "compressed-append-time");
        Add(script, "uncompressed-with-future-time",
            Batches.Good(time: RunClock.Start + 86_400_000), "compressed-append-time");
        Add(script, "too-large-once-decompressed",
            Compress(Batches.Good(valueBytes: 1_000), CompressionType.Zstd), "compressed-small-plain");
        Add(script, "small-once-compressed", Batches.Good(valueBytes: 1_000), "compressed-small-gzip");
        Add(script, "small-for-itself",
            Compress(Batches.Good(valueBytes: 1_000), CompressionType.Zstd), Topic);
    }

    /// <summary>The same batch with whatever lies behind its header compressed as one stream.</summary>
    private static byte[] Compress(byte[] batch, CompressionType codec)
    {
        using var output = new PooledBufferWriter();
        CompressionCodecs.Get(codec).Compress(batch.AsSpan(RecordBatchView.HeaderSizeInBytes), output);
        byte[] compressed = [.. batch[..RecordBatchView.HeaderSizeInBytes], .. output.WrittenSpan];
        compressed[22] |= (byte)codec;
        return Mend(compressed);
    }

    private static byte[] Cut(byte[] batch, int bytes) =>
        Mend(batch[..Math.Max(RecordBatchView.HeaderSizeInBytes, batch.Length - bytes)]);

    private static byte[] WithCount(byte[] batch, int count)
    {
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), count - 1);
        return WithInt32(batch, 57, count);
    }

    private static byte[] WithInt32(byte[] batch, int at, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(at), value);
        return Mend(batch);
    }

    private static byte[] WithInt64(byte[] batch, int at, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(at), value);
        return Mend(batch);
    }

    private static byte[] WithRecordByte(byte[] batch, int at, byte value)
    {
        byte[] changed = [.. batch];
        changed[RecordBatchView.HeaderSizeInBytes + at] = value;
        return changed;
    }

    /// <summary>Makes length and CRC right.</summary>
    private static byte[] Mend(byte[] batch)
    {
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - RecordBatchView.LogOverheadInBytes);
        RecordBatchView.SetCrc(batch);
        return batch;
    }

    private static void Add(Script script, string name, byte[] batch, string topic = Topic) =>
        script.Change(name, Version, peer => ProduceCases.Request(
            peer, Version, topic, 0, new MemoryRecords(batch.ToArray())));
}
