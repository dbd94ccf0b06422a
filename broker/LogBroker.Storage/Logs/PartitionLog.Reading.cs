using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <content>Reading: no locks, no decoding.</content>
public sealed partial class PartitionLog
{
    /// <summary>Finds the batches from an offset on.</summary>
    /// <param name="from">From <see cref="LogStartOffset"/> to <see cref="LogEndOffset"/>.</param>
    /// <param name="maxBytes">The most bytes to return.</param>
    /// <param name="limit">Batches that reach this offset are left out: high watermark, last stable offset, or log
    /// end.</param>
    /// <param name="atLeastOneBatch">Whether the first batch comes whole even if it is larger than
    /// <paramref name="maxBytes"/>; otherwise nothing comes then.</param>
    /// <returns>To be disposed of.</returns>
    public LogReadResult Read(Offset from, int maxBytes, Offset limit, bool atLeastOneBatch)
    {
        if (from < LogStartOffset || from > LogEndOffset) return LogReadResult.Failed(ErrorCode.OffsetOutOfRange);
        if (from >= limit || from == LogEndOffset) return LogReadResult.Empty(from);
        try
        {
            LogSegment[] segments = _segments.Current;
            for (int index = SegmentList.FloorIndex(segments, from); index < segments.Length; index++)
            {
                // Deleted under this reader: the log start has moved, or will have.
                if (index < 0) return LogReadResult.Failed(ErrorCode.OffsetOutOfRange);
                LogSegment segment = segments[index];
                if (segment.BaseOffset >= limit) break;
                long end = EndOf(segment, limit);
                if (!segment.TryLocate(from, end, out BatchLocation first)) continue;
                end = segment.EndOfRun(first.Position, end);
                // A client can do nothing with a part of a batch when there is no whole one before it.
                if (!atLeastOneBatch && maxBytes < first.SizeInBytes) return LogReadResult.Empty(from);
                long size = Math.Min(end - first.Position, Math.Max(maxBytes, first.SizeInBytes));
                Offset bound = UpperBound(segments, index, first.Position + size, limit);
                return new LogReadResult(
                    ErrorCode.None, new FileRecords(segment.Log, first.Position, (int)size), bound);
            }

            return LogReadResult.Empty(from);
        }
        catch (DiskException fault) when (fault.Fault == DiskFault.NotFound)
        {
            return LogReadResult.Failed(ErrorCode.OffsetOutOfRange);
        }
        catch (DiskException)
        {
            return LogReadResult.Failed(ErrorCode.KafkaStorageError);
        }
    }

    /// <summary>How far the segment's file may be read so that nothing at or above <paramref name="limit"/> is.</summary>
    private long EndOf(LogSegment segment, Offset limit)
    {
        if (Volatile.Read(ref _durableTail) is { } tail && tail.Offset == limit && tail.Segment == segment)
            return tail.Position;
        // The size is read before the log's end: whatever it covers then lies below that end.
        long size = segment.SizeInBytes;
        if (limit >= LogEndOffset) return size;
        return segment.TryLocate(limit, size, out BatchLocation beyond) ? beyond.Position : size;
    }

    private static Offset UpperBound(LogSegment[] segments, int index, long position, Offset limit)
    {
        Offset bound = segments[index].Offsets.FirstBeyond(position)
            ?? (index + 1 < segments.Length ? segments[index + 1].BaseOffset : limit);
        return Offset.Min(bound, limit);
    }
}
