using LogBroker.Compression;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Walks the batches of one segment and tells what between them is none.</summary>
/// <remarks>After damage it looks for the next bytes that are a batch with a fitting checksum, so that one fault does not hide those
/// behind it.</remarks>
internal static class SegmentScan
{
    private const int DecompressedBytesMax = 128 * 1024 * 1024;

    /// <param name="path">The <c>.log</c> file.</param>
    /// <param name="onBatch">Gets each good batch, in the order of the file; false ends.</param>
    /// <param name="onFault">Gets each fault, likewise.</param>
    /// <param name="isLast">Whether it is the log's last segment: only that one can have been torn by a crash, the others were complete when
    /// the next began.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Run(string path, Func<BatchSummary, bool> onBatch, Action<LogFault> onFault, bool isLast = true)
    {
        using var window = new SegmentWindow(path);
        using var scratch = new PooledBufferWriter();
        for (long position = 0; position < window.Length;)
        {
            if (TryRead(window, position, out RecordBatchView batch) && batch.IsCrcValid)
            {
                if (WrongRecords(batch, scratch) is { } wrong)
                    onFault(new LogFault(LogFaultKind.WrongRecords, path, position, batch.BaseOffset.Value, wrong));
                if (!onBatch(BatchSummary.Of(batch, position))) return;
                position += batch.SizeInBytes;
            }
            else
            {
                long next = FindNext(window, position);
                while (position < next)
                {
                    LogFault fault = Describe(window, path, position, next, isLast, out long end);
                    onFault(fault);
                    position = end;
                }
            }
        }
    }

    private static bool TryRead(SegmentWindow window, long position, out RecordBatchView batch)
    {
        batch = default;
        return RecordBatchView.TryReadHeader(
                window.At(position, RecordBatchView.HeaderSizeInBytes), out RecordBatchView header, out int size)
            && header.Magic == RecordBatchView.CurrentMagic
            && size <= window.Length - position
            && RecordBatchView.TryRead(window.At(position, size), out batch);
    }

    /// <summary>Where the next good batch begins; the file's end when there is none.</summary>
    private static long FindNext(SegmentWindow window, long damaged)
    {
        for (long position = damaged + 1; position + RecordBatchView.HeaderSizeInBytes <= window.Length; position++)
        {
            if (IsLikely(window, position) && TryRead(window, position, out RecordBatchView batch) && batch.IsCrcValid) return position;
        }

        return window.Length;
    }

    /// <summary>Whether a header could begin here: looking at every place that has the right magic would read much of the file each time.</summary>
    private static bool IsLikely(SegmentWindow window, long position)
    {
        const int AttributesMax = 0x7f;
        return RecordBatchView.TryReadHeader(window.At(position, RecordBatchView.HeaderSizeInBytes), out RecordBatchView header, out _)
            && header.Magic == RecordBatchView.CurrentMagic
            && header.Attributes is >= 0 and <= AttributesMax
            && header.BaseOffset.Value >= 0
            && header.RecordCount >= 0
            && header.RecordCount - 1 <= header.LastOffsetDelta;
    }

    /// <summary>Says what is wrong from a position on, up to a good batch at the latest.</summary>
    private static LogFault Describe(SegmentWindow window, string path, long position, long next, bool isLastSegment, out long end)
    {
        if (IsLikely(window, position) && TryRead(window, position, out RecordBatchView batch) && position + batch.SizeInBytes <= next)
        {
            end = position + batch.SizeInBytes;
            return new LogFault(
                LogFaultKind.WrongChecksum, path, position, batch.BaseOffset.Value,
                $"the batch of {batch.SizeInBytes} bytes has the checksum {batch.Crc:x8}, and its bytes have {batch.ComputeCrc():x8}"
                + ZerosIn(window.At(position, batch.SizeInBytes)));
        }

        end = next;
        bool isTail = next == window.Length;
        long length = next - position;
        if (IsZero(window, position, next))
        {
            return isTail && isLastSegment
                ? new LogFault(LogFaultKind.TornTail, path, position, null, $"the last {length} bytes are zeros")
                : new LogFault(LogFaultKind.Hole, path, position, null, $"{length} bytes are zeros");
        }

        return isTail && isLastSegment
            ? new LogFault(LogFaultKind.TornTail, path, position, null, $"the last {length} bytes are not a whole batch")
            : new LogFault(LogFaultKind.Garbage, path, position, null, $"{length} bytes are no batch{(isTail ? ", and there are later segments" : "")}");
    }

    /// <summary>Tells of a hole in a batch: a run of zeros as long as a disk's sector.</summary>
    private static string ZerosIn(ReadOnlySpan<byte> bytes)
    {
        const int SectorBytes = 512;
        (int at, int longest) = (0, 0);
        for (int start = 0; start < bytes.Length; start++)
        {
            int run = bytes[start..].IndexOfAnyExcept((byte)0);
            if (run < 0) run = bytes.Length - start;
            if (run > longest) (at, longest) = (start, run);
            start += run;
        }
        return longest < SectorBytes ? "" : $": {longest} of them, from its byte {at} on, are zeros";
    }

    private static bool IsZero(SegmentWindow window, long position, long end)
    {
        const int Step = 64 * 1024;
        for (; position < end; position += Step)
        {
            if (window.At(position, (int)Math.Min(Step, end - position)).ContainsAnyExcept((byte)0)) return false;
        }

        return true;
    }

    /// <returns>What is wrong with the records, or null.</returns>
    private static string? WrongRecords(RecordBatchView batch, PooledBufferWriter scratch)
    {
        try
        {
            int delta = -1;
            foreach (RecordView record in new RecordEnumerator(
                CompressionCodecs.Decompress(batch, scratch, DecompressedBytesMax), batch.RecordCount))
            {
                if (record.OffsetDelta <= delta || record.OffsetDelta > batch.LastOffsetDelta)
                    return $"record {record.OffsetDelta} follows {delta} in a batch that ends at {batch.LastOffsetDelta}";
                delta = record.OffsetDelta;
            }

            return null;
        }
        catch (Exception e) when (e is InvalidRecordException or CorruptCompressionException or DecompressedTooLargeException)
        {
            return e.Message;
        }
    }
}
