namespace LogBroker.AdminCli.LogFiles;

/// <summary>Checks all files of one partition: each segment for itself, then how they follow each other.</summary>
internal sealed class PartitionCheck
{
    private readonly List<LogFault> _faults = [];
    private readonly List<BatchSummary> _batches = [];
    private readonly IReadOnlyList<SegmentFiles> _segments;
    private bool _isCompacted;

    private PartitionCheck(string directory) => _segments = SegmentFiles.In(directory);

    /// <param name="directory">The partition's folder.</param>
    public static PartitionReport Run(string directory)
    {
        var check = new PartitionCheck(directory);
        for (int index = 0; index < check._segments.Count; index++)
        {
            int at = index;
            check.Read(check._segments[at].LogPath, () => check.CheckSegment(at));
        }

        foreach (string snapshot in Directory.EnumerateFiles(directory, "*.snapshot").Order(StringComparer.Ordinal))
            check.Read(snapshot, () => check._faults.AddRange(SnapshotCheck.Run(snapshot)));
        check.Read(Path.Combine(directory, EpochCheck.FileName), () => check._faults.AddRange(EpochCheck.Run(directory, check._batches)));
        // Compaction leaves gaps between segments as well as inside them.
        if (check._isCompacted) check._faults.RemoveAll(fault => fault.Kind == LogFaultKind.MissingOffsets);
        return new PartitionReport(
            directory, check._segments.Count, check._batches.Count, check._batches.Sum(batch => (long)batch.RecordCount), check._faults);
    }

    private void Read(string file, Action check)
    {
        try
        {
            check();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _faults.Add(new LogFault(LogFaultKind.Unreadable, file, null, null, e.Message));
        }
    }

    private void CheckSegment(int index)
    {
        SegmentFiles segment = _segments[index];
        long? nextBaseOffset = index + 1 < _segments.Count ? _segments[index + 1].BaseOffset : null;
        var batches = new List<BatchSummary>();
        var found = new List<LogFault>();
        SegmentScan.Run(
            segment.LogPath,
            batch =>
            {
                batches.Add(batch);
                return true;
            },
            fault => found.Add(Judge(fault, isLast: nextBaseOffset is null)));
        _isCompacted |= found.Count == 0 && HasGaps(batches);
        BatchSummary? before = _batches.Count > 0 ? _batches[^1] : null;
        if (before is not null && segment.BaseOffset > before.LastOffset + 1 && !IsDamagedBehind(before, _segments[index - 1]))
        {
            found.Add(new LogFault(
                LogFaultKind.MissingOffsets, segment.LogPath, null, before.LastOffset + 1,
                $"offsets {before.LastOffset + 1} to {segment.BaseOffset - 1} are in no segment: a file is lost"));
        }

        foreach (BatchSummary batch in batches)
        {
            found.AddRange(InOrder(segment, nextBaseOffset, before, batch));
            before = batch;
        }

        _batches.AddRange(batches);
        Report(found);
        var wrongIndexes = new List<LogFault>();
        Read(segment.OffsetIndexPath, () => wrongIndexes.AddRange(IndexCheck.Run(segment, batches)));
        Report(wrongIndexes);
    }

    /// <summary>One misplaced file makes each of its batches, or entries, wrong in the same way: the first tells it.</summary>
    private void Report(List<LogFault> found)
    {
        _faults.AddRange(found.Where(fault => !IsOfOrder(fault.Kind)));
        _faults.AddRange(found.Where(fault => IsOfOrder(fault.Kind)).DistinctBy(fault => (fault.Kind, fault.File)));
    }

    /// <summary>Whether what lies behind a segment's last good batch is damage: then that is why the offsets are missing.</summary>
    private bool IsDamagedBehind(BatchSummary last, SegmentFiles segment) =>
        _faults.Any(fault => fault.File == segment.LogPath && fault.Position > last.Position);

    private static bool HasGaps(List<BatchSummary> batches) =>
        batches.Any(batch => batch.RecordCount <= batch.LastOffset - batch.BaseOffset)
        || batches.Zip(batches.Skip(1)).Any(pair => pair.Second.BaseOffset > pair.First.LastOffset + 1);

    private static bool IsOfOrder(LogFaultKind kind) =>
        kind is LogFaultKind.WrongSegment or LogFaultKind.OffsetsGoBack or LogFaultKind.EpochGoesBack or LogFaultKind.StaleIndex;

    /// <summary>Only the last segment can have been torn by a crash; the others were complete when the next began.</summary>
    private static LogFault Judge(LogFault fault, bool isLast) => isLast || fault.Kind != LogFaultKind.TornTail
        ? fault
        : fault with { Kind = LogFaultKind.Garbage, Message = fault.Message + ", and there are later segments" };

    private static IEnumerable<LogFault> InOrder(
        SegmentFiles segment, long? nextBaseOffset, BatchSummary? before, BatchSummary batch)
    {
        string path = segment.LogPath;
        if (batch.BaseOffset < segment.BaseOffset)
        {
            yield return new LogFault(
                LogFaultKind.WrongSegment, path, batch.Position, batch.BaseOffset,
                $"the batch {batch.BaseOffset} to {batch.LastOffset} is below {segment.BaseOffset}, where the segment begins by its name");
        }

        if (batch.LastOffset >= nextBaseOffset)
        {
            yield return new LogFault(
                LogFaultKind.WrongSegment, path, batch.Position, batch.BaseOffset,
                $"the batch {batch.BaseOffset} to {batch.LastOffset} is not below {nextBaseOffset}, where the next segment begins by its name");
        }

        if (before is null) yield break;
        if (batch.BaseOffset <= before.LastOffset)
        {
            yield return new LogFault(
                LogFaultKind.OffsetsGoBack, path, batch.Position, batch.BaseOffset,
                $"the batch {batch.BaseOffset} to {batch.LastOffset} comes after {before.LastOffset}");
        }

        if (batch.LeaderEpoch < before.LeaderEpoch)
        {
            yield return new LogFault(
                LogFaultKind.EpochGoesBack, path, batch.Position, batch.BaseOffset,
                $"the batch at {batch.BaseOffset} has leader epoch {batch.LeaderEpoch}, the one before it {before.LeaderEpoch}");
        }
    }
}

/// <summary>What there is in a partition's folder, and what is wrong with it.</summary>
internal sealed record PartitionReport(
    string Directory, int SegmentCount, int BatchCount, long RecordCount, IReadOnlyList<LogFault> Faults);
