namespace LogBroker.AdminCli.LogFiles;

/// <summary>Checks all files of one partition: each segment for itself, then how they follow each other.</summary>
internal static class PartitionCheck
{
    /// <param name="directory">The partition's folder.</param>
    public static PartitionReport Run(string directory)
    {
        var faults = new List<LogFault>();
        var batches = new List<BatchSummary>();
        IReadOnlyList<SegmentFiles> segments = SegmentFiles.In(directory);
        for (int index = 0; index < segments.Count; index++)
        {
            SegmentFiles segment = segments[index];
            try
            {
                Check(segments, index, batches, faults);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(new LogFault(LogFaultKind.Unreadable, segment.LogPath, null, segment.BaseOffset, e.Message));
            }
        }

        foreach (string snapshot in Directory.EnumerateFiles(directory, "*.snapshot").Order(StringComparer.Ordinal))
        {
            if (SnapshotCheck.Run(snapshot) is { } damaged) faults.Add(damaged);
        }

        faults.AddRange(EpochCheck.Run(directory, batches));
        return new PartitionReport(directory, segments.Count, batches.Count, batches.Sum(batch => (long)batch.RecordCount), faults);
    }

    private static void Check(IReadOnlyList<SegmentFiles> segments, int index, List<BatchSummary> all, List<LogFault> faults)
    {
        SegmentFiles segment = segments[index];
        long? nextBaseOffset = index + 1 < segments.Count ? segments[index + 1].BaseOffset : null;
        var batches = new List<BatchSummary>();
        var found = new List<LogFault>();
        SegmentScan.Run(segment.LogPath, batches.Add, fault => found.Add(Judge(fault, isLast: nextBaseOffset is null)));
        BatchSummary? before = all.Count > 0 ? all[^1] : null;
        // Where the end of the segment before is damaged, that is the reason.
        bool isExplained = before is not null && faults.Any(fault =>
            fault.Kind == LogFaultKind.Garbage && fault.File == segments[index - 1].LogPath && fault.Position > before.Position);
        if (before is not null && segment.BaseOffset > before.LastOffset + 1 && !isExplained)
        {
            found.Add(new LogFault(
                LogFaultKind.MissingOffsets, segment.LogPath, null, before.LastOffset + 1,
                $"offsets {before.LastOffset + 1} to {segment.BaseOffset - 1} are in no segment: compacted away, or a file is lost"));
        }

        foreach (BatchSummary batch in batches)
        {
            found.AddRange(InOrder(segment, nextBaseOffset, before, batch));
            before = batch;
        }

        found.AddRange(IndexCheck.Run(segment, batches));
        // One misplaced file makes each of its batches wrong in the same way: the first tells it.
        faults.AddRange(found.Where(fault => !IsOfOrder(fault.Kind)));
        faults.AddRange(found.Where(fault => IsOfOrder(fault.Kind)).DistinctBy(fault => fault.Kind));
        all.AddRange(batches);
    }

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
