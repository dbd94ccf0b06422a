using System.Buffers.Binary;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Producers;

/// <summary>The bytes of a <c>.snapshot</c> file: the state of a log's producers at an offset.</summary>
/// <remarks>
/// Apache Kafka's format: version int16 = 1, CRC-32C uint32 of all that follows, an int32 count and the entries. An entry has
/// only the last batch of its producer. Behind the entries stands a part of ours, which Apache Kafka does not read: all of the
/// five-batch window, so that after a restart a repeated batch is recognized as before. It is: magic int32, producer count
/// int32; per producer its id int64, a batch count int8, and per batch, oldest first, last sequence int32, last offset int64,
/// offset delta int32, timestamp int64. Without it, in a file that Apache Kafka wrote, the entry's batch is all there is.
/// </remarks>
internal static class ProducerSnapshot
{
    private const short Version = 1;
    private const int CrcAt = 2;
    private const int EntriesAt = 6;
    private const int EntryBytes = 46;
    private const int WindowsMagic = 0x4C425057;
    private const int WindowBytes = 9;
    private const int BatchBytes = 24;

    public static byte[] Format(IReadOnlyCollection<ProducerState> producers)
    {
        int batches = producers.Sum(producer => producer.BatchCount);
        int size = EntriesAt + 4 + (producers.Count * (EntryBytes + WindowBytes)) + 8 + (batches * BatchBytes);
        var bytes = new byte[size];
        BinaryPrimitives.WriteInt16BigEndian(bytes, Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(EntriesAt), producers.Count);
        Span<byte> rest = bytes.AsSpan(EntriesAt + 4);
        foreach (ProducerState producer in producers)
        {
            WriteEntry(rest, producer);
            rest = rest[EntryBytes..];
        }

        BinaryPrimitives.WriteInt32BigEndian(rest, WindowsMagic);
        BinaryPrimitives.WriteInt32BigEndian(rest[4..], producers.Count);
        rest = rest[8..];
        foreach (ProducerState producer in producers) rest = WriteWindow(rest, producer);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcAt), Crc32C.Compute(bytes.AsSpan(EntriesAt)));
        return bytes;
    }

    /// <summary>Reads the producers.</summary>
    /// <returns>False when the file is damaged or of another version.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out List<ProducerState> producers)
    {
        producers = [];
        if (bytes.Length < EntriesAt + 4 || BinaryPrimitives.ReadInt16BigEndian(bytes) != Version) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcAt..]) != Crc32C.Compute(bytes[EntriesAt..])) return false;
        int count = BinaryPrimitives.ReadInt32BigEndian(bytes[EntriesAt..]);
        ReadOnlySpan<byte> rest = bytes[(EntriesAt + 4)..];
        if (count < 0 || count > rest.Length / EntryBytes) return false;
        for (int index = 0; index < count; index++)
        {
            producers.Add(ReadEntry(rest));
            rest = rest[EntryBytes..];
        }

        if (rest.Length >= 8 && BinaryPrimitives.ReadInt32BigEndian(rest) == WindowsMagic)
            ReadWindows(rest[4..], producers);
        return true;
    }

    private static void WriteEntry(Span<byte> target, ProducerState producer)
    {
        AppendedBatch last = producer.LastBatch ?? new AppendedBatch(Sequences.None, Offset.None, 0, -1);
        BinaryPrimitives.WriteInt64BigEndian(target, producer.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(target[8..], producer.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(target[10..], last.LastSequence);
        BinaryPrimitives.WriteInt64BigEndian(target[14..], last.LastOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(target[22..], last.OffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(target[26..], producer.LastTimestamp);
        BinaryPrimitives.WriteInt32BigEndian(target[34..], producer.CoordinatorEpoch);
        BinaryPrimitives.WriteInt64BigEndian(target[38..], (producer.TransactionStart ?? Offset.None).Value);
    }

    private static ProducerState ReadEntry(ReadOnlySpan<byte> entry)
    {
        var producer = new ProducerState(BinaryPrimitives.ReadInt64BigEndian(entry));
        long timestamp = BinaryPrimitives.ReadInt64BigEndian(entry[26..]);
        long start = BinaryPrimitives.ReadInt64BigEndian(entry[38..]);
        producer.Restore(
            BinaryPrimitives.ReadInt16BigEndian(entry[8..]),
            BinaryPrimitives.ReadInt32BigEndian(entry[34..]),
            timestamp,
            start < 0 ? null : new Offset(start));
        var lastOffset = new Offset(BinaryPrimitives.ReadInt64BigEndian(entry[14..]));
        if (lastOffset >= Offset.Zero)
        {
            producer.RestoreBatches(
            [
                new AppendedBatch(
                    BinaryPrimitives.ReadInt32BigEndian(entry[10..]),
                    lastOffset,
                    BinaryPrimitives.ReadInt32BigEndian(entry[22..]),
                    timestamp),
            ]);
        }

        return producer;
    }

    private static Span<byte> WriteWindow(Span<byte> target, ProducerState producer)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, producer.ProducerId);
        target[8] = (byte)producer.BatchCount;
        target = target[WindowBytes..];
        for (int index = 0; index < producer.BatchCount; index++)
        {
            AppendedBatch batch = producer.BatchAt(index);
            BinaryPrimitives.WriteInt32BigEndian(target, batch.LastSequence);
            BinaryPrimitives.WriteInt64BigEndian(target[4..], batch.LastOffset.Value);
            BinaryPrimitives.WriteInt32BigEndian(target[12..], batch.OffsetDelta);
            BinaryPrimitives.WriteInt64BigEndian(target[16..], batch.Timestamp);
            target = target[BatchBytes..];
        }

        return target;
    }

    private static void ReadWindows(ReadOnlySpan<byte> bytes, List<ProducerState> producers)
    {
        Dictionary<long, ProducerState> byId = producers.ToDictionary(producer => producer.ProducerId);
        int count = BinaryPrimitives.ReadInt32BigEndian(bytes);
        ReadOnlySpan<byte> rest = bytes[4..];
        Span<AppendedBatch> batches = stackalloc AppendedBatch[ProducerState.BatchesKept];
        for (int index = 0; index < count && rest.Length >= WindowBytes; index++)
        {
            long producerId = BinaryPrimitives.ReadInt64BigEndian(rest);
            int kept = rest[8];
            rest = rest[WindowBytes..];
            if (kept > ProducerState.BatchesKept || kept * BatchBytes > rest.Length) return;
            for (int at = 0; at < kept; at++)
            {
                ReadOnlySpan<byte> batch = rest[(at * BatchBytes)..];
                batches[at] = new AppendedBatch(
                    BinaryPrimitives.ReadInt32BigEndian(batch),
                    new Offset(BinaryPrimitives.ReadInt64BigEndian(batch[4..])),
                    BinaryPrimitives.ReadInt32BigEndian(batch[12..]),
                    BinaryPrimitives.ReadInt64BigEndian(batch[16..]));
            }

            rest = rest[(kept * BatchBytes)..];
            if (byId.TryGetValue(producerId, out ProducerState? producer)) producer.RestoreBatches(batches[..kept]);
        }
    }
}
