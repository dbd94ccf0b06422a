namespace LogBroker.AdminCli.LogFiles;

/// <summary>Checks all files of one partition: each segment for itself, then how they follow each other.</summary>
/// <remarks>Batches are kept of the segment at hand only.</remarks>
internal sealed class PartitionCheck
{
    private readonly List<LogFault> _faults = [];
    private readonly TransactionCheck _transactions = new();
    private readonly string _directory;
    private readonly IReadOnlyList<SegmentFiles> _segments;
    private readonly bool _isRunning;
    private EpochCheck? _epochs;
    private BatchSummary? _last;
    private int _batchCount;
    private long _recordCount;
    private int _lastFilled;
    private bool _isCompacted;

    private PartitionCheck(string directory, bool isRunning) => (_directory, _segments, _isRunning) = (directory, SegmentFiles.In(directory), isRunning);

    /// <param name="directory">The partition's folder.</param>
    /// <param name="isRunning">A broker is at work on it: what it is writing, or will only write when it stops, is not judged.</param>
    public static PartitionReport Run(string directory, bool isRunning = false)
    {
        var check = new PartitionCheck(directory, isRunning);
        check.CheckAll();
        var mending = new StartMending(directory, check._segments);
        return new PartitionReport(
            check._segments.Count,
            check._batchCount,
            check._recordCount,
            [.. check._faults.Where(check.Counts).Select(mending.Judge)]);
    }

    private void CheckAll()
    {
        string epochs = Path.Combine(_directory, EpochCheck.FileName);
        Read(epochs, () => _epochs = new EpochCheck(_directory));
        for (int index = 0; index < _segments.Count; index++)
        {
            int at = index;
            Read(_segments[at].LogPath, () => CheckSegment(at));
        }

        foreach (string snapshot in Directory.EnumerateFiles(_directory, "*.snapshot").Order(StringComparer.Ordinal))
            Read(snapshot, () => _faults.AddRange(SnapshotCheck.Run(snapshot)));
        if (_epochs is not null) Read(epochs, () => _faults.AddRange(_epochs.Judge()));
        _faults.AddRange(Lost());
    }

    /// <summary>Compaction leaves gaps between segments as well as inside them, and takes records and markers of transactions away.</summary>
    private bool Counts(LogFault fault)
    {
        bool isOfIndex = fault.Kind is LogFaultKind.StaleIndex or LogFaultKind.MissingIndex;
        if (_isCompacted && (fault.Kind == LogFaultKind.MissingOffsets || (isOfIndex && Path.GetExtension(fault.File) == SegmentFiles.TransactionIndexExtension))) return false;
        if (fault.Kind == LogFaultKind.MissingOffsets && _faults.Any(lost => lost.Kind == LogFaultKind.LostLog && IsBetween(lost.Offset, fault))) return false;
        if (!_isRunning) return true;
        bool isOfLast = _segments.Count > 0 && Path.ChangeExtension(fault.File, ".log") == _segments[^1].LogPath;
        return fault.Kind is not (LogFaultKind.TornTail or LogFaultKind.WrongEpochs) && !(isOfIndex && isOfLast);
    }

    private static bool IsBetween(long? offset, LogFault missing) => offset >= missing.Offset && offset < SegmentFiles.Of(missing.File)!.BaseOffset;

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
        SegmentContent content = SegmentContent.Read(segment, isLast: nextBaseOffset is null);
        _isCompacted |= !content.IsDamaged && HasGaps(content.Batches);
        BatchSummary? before = _last;
        bool isContinued = before is null ? segment.BaseOffset == 0 : segment.BaseOffset == before.LastOffset + 1;
        List<LogFault> found = [.. content.Faults];
        if (before is not null && segment.BaseOffset > before.LastOffset + 1 && !IsDamagedBehind(before, index))
        {
            found.Add(new LogFault(
                LogFaultKind.MissingOffsets, segment.LogPath, null, before.LastOffset + 1,
                $"offsets {before.LastOffset + 1} to {segment.BaseOffset - 1} are in no segment: a file is lost"));
        }

        foreach (BatchSummary batch in content.Batches)
        {
            found.AddRange(InOrder(segment, nextBaseOffset, before, batch));
            _epochs?.Take(batch);
            _recordCount += batch.RecordCount;
            before = batch;
        }

        _last = before;
        _batchCount += content.Batches.Count;
        if (content.Batches.Count > 0) _lastFilled = index;
        Report(found);
        var wrongIndexes = new List<LogFault>();
        Read(segment.OffsetIndexPath, () => wrongIndexes.AddRange(IndexCheck.Run(content)));
        Report(wrongIndexes);
        Read(segment.TransactionIndexPath, () => _faults.AddRange(_transactions.Take(content, isContinued)));
    }

    /// <summary>Logs that others tell of and that are not there.</summary>
    private IEnumerable<LogFault> Lost()
    {
        string[] lost = [.. SegmentFiles.LostIn(_directory)];
        foreach (string log in lost)
            yield return new LogFault(LogFaultKind.LostLog, log, null, SegmentFiles.Of(log)!.BaseOffset, "its indexes are there, and the log is lost");
        if (_segments.Count == 0 && lost.Length == 0) yield return new LogFault(LogFaultKind.LostLog, _directory, null, null, "it has no segment at all");
        long end = Math.Max(_last is not null ? _last.LastOffset + 1 : 0, _segments.Count > 0 ? _segments[^1].BaseOffset : 0);
        if (DirectoryCheckpoint.Of(DirectoryCheckpoint.RecoveryPoint, _directory) is { } onDisk && onDisk > end && !_faults.Any(fault => fault.IsDamage))
            yield return new LogFault(LogFaultKind.LostLog, _directory, null, end, $"everything up to {onDisk} was on disk, and the log ends at {end}");
    }

    /// <summary>One misplaced file makes each of its batches, or entries, wrong in the same way: the first tells it.</summary>
    private void Report(List<LogFault> found)
    {
        _faults.AddRange(found.Where(fault => !IsOfOrder(fault.Kind)));
        _faults.AddRange(found.Where(fault => IsOfOrder(fault.Kind)).DistinctBy(fault => (fault.Kind, fault.File)));
    }

    /// <summary>Whether what lies between the last good batch and a segment is damage: then that is why the offsets are missing.</summary>
    private bool IsDamagedBehind(BatchSummary last, int index) => Enumerable.Range(_lastFilled, index - _lastFilled).Any(between =>
        _faults.Any(fault => fault.IsDamage && fault.File == _segments[between].LogPath && (between > _lastFilled || fault.Position > last.Position)));

    /// <summary>Whether records were taken out. A single gap between batches is no proof: a damaged offset, which no checksum covers, makes one too.</summary>
    private static bool HasGaps(IReadOnlyList<BatchSummary> batches) =>
        batches.Any(batch => batch.RecordCount <= batch.LastOffset - batch.BaseOffset)
        || batches.Zip(batches.Skip(1)).Count(pair => pair.Second.BaseOffset > pair.First.LastOffset + 1) > 1;

    private static bool IsOfOrder(LogFaultKind kind) =>
        kind is LogFaultKind.WrongSegment or LogFaultKind.OffsetsGoBack or LogFaultKind.EpochGoesBack or LogFaultKind.StaleIndex;

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
    int SegmentCount, int BatchCount, long RecordCount, IReadOnlyList<LogFault> Faults);
