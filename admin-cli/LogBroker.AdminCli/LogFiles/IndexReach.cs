namespace LogBroker.AdminCli.LogFiles;

/// <summary>Finds indexes by offset that end long before their log does: an entry comes every <c>index.interval.bytes</c>.</summary>
/// <remarks>The interval is a setting of the topic, which the files do not tell: it is taken from the widest step of all indexes.</remarks>
internal sealed class IndexReach
{
    private const long UsualInterval = 4096;

    private readonly List<(SegmentContent Segment, long LastPosition)> _closed = [];
    private long _stride = UsualInterval;
    private long _largestBatch;

    /// <summary>Notes a segment; the last one's index may still be written.</summary>
    public void Note(SegmentContent segment, IndexCheck indexes)
    {
        _stride = Math.Max(_stride, indexes.Stride);
        if (segment.Batches.Count > 0) _largestBatch = Math.Max(_largestBatch, segment.Batches.Max(batch => batch.SizeInBytes));
        if (segment.NextBaseOffset is null || segment.IsDamaged || !File.Exists(segment.Files.OffsetIndexPath)) return;
        _closed.Add((segment with { Batches = [.. segment.Batches.TakeLast(1)] }, indexes.LastPosition));
    }

    public IEnumerable<LogFault> Run()
    {
        long most = 2 * (_stride + _largestBatch);
        foreach ((SegmentContent segment, long last) in _closed.Where(closed => closed.Segment.EndPosition - closed.LastPosition > most))
        {
            yield return new LogFault(
                LogFaultKind.StaleIndex, segment.Files.OffsetIndexPath, null, segment.LastOffset,
                last == 0 ? $"it has no entry, and the log has {segment.EndPosition} bytes" : $"it ends at byte {last}, and the log at byte {segment.EndPosition}");
        }
    }
}
