using System.Buffers;
using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Indexes;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <summary>Finds the first record of a segment at or after a time: by the time index, then the offset index, then the
/// headers of a few batches, then the records of one.</summary>
internal static class TimestampSearch
{
    private const int SearchBufferBytes = 1024;
    private const int DecompressedBytesMax = 256 * 1024 * 1024;

    public static TimestampAndOffset? FindFirst(LogSegment segment, long timestamp, Offset from)
    {
        TimeIndexEntry entry = segment.Times.Lookup(timestamp - 1);
        // Up to the entry's offset no record is late enough.
        Offset start = Offset.Max(entry.Offset, from);
        long position = segment.Offsets.Lookup(start).Position;
        Span<byte> buffer = stackalloc byte[SearchBufferBytes];
        var scanner = new BatchHeaderScanner(segment, position, segment.SizeInBytes, buffer);
        while (scanner.MoveNext())
        {
            if (scanner.Header.MaxTimestamp < timestamp || scanner.Header.LastOffset < from) continue;
            if (FindInBatch(segment, scanner.Position, scanner.SizeInBytes, timestamp, from) is { } found) return found;
        }

        return null;
    }

    private static TimestampAndOffset? FindInBatch(
        LogSegment segment, long position, int size, long timestamp, Offset from)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            int read = segment.Log.Read(bytes.AsSpan(0, size), position);
            if (!RecordBatchView.TryRead(bytes.AsSpan(0, read), out RecordBatchView batch)) return null;
            return FindInBatch(batch, timestamp, from);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static TimestampAndOffset? FindInBatch(in RecordBatchView batch, long timestamp, Offset from)
    {
        try
        {
            using var scratch = new PooledBufferWriter();
            ReadOnlySpan<byte> records = CompressionCodecs.Decompress(batch, scratch, DecompressedBytesMax);
            return FindInRecords(batch, records, timestamp, from);
        }
        catch (Exception fault) when (
            fault is CorruptCompressionException or DecompressedTooLargeException or InvalidRecordException)
        {
            // It was stored on its header's word, and the word was wrong. Its readers will see that; the search leads there.
            return new TimestampAndOffset(
                batch.MaxTimestamp, Offset.Max(batch.BaseOffset, from), batch.PartitionLeaderEpoch);
        }
    }

    private static TimestampAndOffset? FindInRecords(
        in RecordBatchView batch, ReadOnlySpan<byte> records, long timestamp, Offset from)
    {
        foreach (RecordView record in new RecordEnumerator(records, batch.RecordCount))
        {
            Offset offset = batch.OffsetOf(record);
            long at = batch.TimestampOf(record);
            if (at >= timestamp && offset >= from) return new TimestampAndOffset(at, offset, batch.PartitionLeaderEpoch);
        }

        return null;
    }
}
