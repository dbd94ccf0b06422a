using LogBroker.Protocol;

namespace LogBroker.Storage.Segments;

/// <summary>The segments of a log in order of their base offsets. There is always at least one, the active one.</summary>
/// <remarks>One writer, many readers: every change publishes a new array, so a reader's view stays whole.</remarks>
internal sealed class SegmentList
{
    private LogSegment[] _segments;

    public SegmentList(params LogSegment[] segments)
    {
        if (segments.Length == 0) throw new ArgumentException("A log has at least one segment.", nameof(segments));
        _segments = segments;
    }

    /// <summary>The segments as they are now; the array does not change.</summary>
    public LogSegment[] Current => Volatile.Read(ref _segments);

    public LogSegment First => Current[0];

    public LogSegment Active => Current[^1];

    public long SizeInBytes
    {
        get
        {
            long size = 0;
            foreach (LogSegment segment in Current) size += segment.SizeInBytes;
            return size;
        }
    }

    /// <summary>The number of the last segment that begins at or before <paramref name="offset"/>; -1 when none
    /// does.</summary>
    public static int FloorIndex(LogSegment[] segments, Offset offset)
    {
        int low = 0;
        int high = segments.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (segments[middle].BaseOffset <= offset) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    /// <summary>Puts <paramref name="segment"/> behind the others: it becomes the active one.</summary>
    public void Add(LogSegment segment) => Publish([.. _segments, segment]);

    /// <summary>Takes out the first <paramref name="count"/> segments, but never the active one.</summary>
    public LogSegment[] RemoveFirst(int count)
    {
        LogSegment[] removed = _segments[..count];
        Publish(_segments[count..]);
        return removed;
    }

    /// <summary>Takes out all segments from number <paramref name="index"/> on.</summary>
    public LogSegment[] RemoveFrom(int index)
    {
        LogSegment[] removed = _segments[index..];
        if (removed.Length > 0) Publish(_segments[..index]);
        return removed;
    }

    /// <summary>Puts these segments in the place of all others.</summary>
    public LogSegment[] ReplaceAll(params LogSegment[] segments)
    {
        LogSegment[] removed = _segments;
        Publish(segments);
        return removed;
    }

    private void Publish(LogSegment[] segments)
    {
        if (segments.Length == 0) throw new InvalidOperationException("A log has at least one segment.");
        Volatile.Write(ref _segments, segments);
    }
}
