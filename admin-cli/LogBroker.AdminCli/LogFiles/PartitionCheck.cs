namespace LogBroker.AdminCli.LogFiles;

/// <summary>Checks all files of one partition: each segment for itself, then how they follow each other.</summary>
/// <remarks>One segment's batches are held at a time.</remarks>
internal sealed class PartitionCheck
{
    private readonly List<LogFault> _faults = [];
    private readonly List<(long First, long Last)> _misplaced = [];
    private readonly EpochStarts _epochs;
    private readonly IndexReach _reach = new();
    private readonly TransactionCheck _transactions = new();
    private readonly OffsetWalk _offsets;
    private readonly string _directory;
    private readonly IReadOnlyList<SegmentFiles> _segments;
    private readonly bool _isRunning;
    private readonly bool _wasClosed;
    private long _batchCount;
    private long _recordCount;
    private long _end;

    private PartitionCheck(string directory, bool isRunning)
    {
        (_directory, _segments, _isRunning) = (directory, SegmentFiles.In(directory), isRunning);
        _wasClosed = !isRunning && DirectoryLock.WasClosed(Path.Combine(directory, ".."));
        _epochs = new EpochStarts(DirectoryCheckpoint.Of(DirectoryCheckpoint.LogStart, directory) ?? 0);
        _offsets = new OffsetWalk(DirectoryCheckpoint.Of(DirectoryCheckpoint.Cleaner, directory) is not null);
    }

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
            [.. check._faults.Where(check.Counts).Select(Placed).Select(mending.Judge)]);
    }

    private void CheckAll()
    {
        for (int index = 0; index < _segments.Count; index++)
        {
            SegmentFiles segment = _segments[index];
            long? nextBaseOffset = index + 1 < _segments.Count ? _segments[index + 1].BaseOffset : null;
            Read(segment.LogPath, () => CheckSegment(segment, nextBaseOffset));
        }

        _faults.AddRange(_reach.Run());
        foreach (string snapshot in Directory.EnumerateFiles(_directory, "*.snapshot").Order(StringComparer.Ordinal))
            Read(snapshot, () => _faults.AddRange(SnapshotCheck.Run(snapshot)));
        _faults.AddRange(Lost());
        // Where the first segment is lost, it is told once.
        bool isJudged = _wasClosed && _faults.All(fault => fault.Kind != LogFaultKind.LostLog);
        Read(Path.Combine(_directory, EpochCheck.FileName), () => _faults.AddRange(EpochCheck.Run(_directory, _epochs, isJudged ? _segments : [])));
        _faults.AddRange(_offsets.End(IsElsewhere));
    }

    /// <summary>Compaction takes records and markers of transactions away; a running broker is in the middle of its work.</summary>
    private bool Counts(LogFault fault)
    {
        bool isOfIndex = fault.Kind is LogFaultKind.StaleIndex or LogFaultKind.MissingIndex;
        if (_offsets.IsCompacted && isOfIndex && Path.GetExtension(fault.File) == SegmentFiles.TransactionIndexExtension) return false;
        if (!_isRunning) return true;
        bool isOfLast = _segments.Count > 0 && Path.ChangeExtension(fault.File, ".log") == _segments[^1].LogPath;
        return fault.Kind is not (LogFaultKind.TornTail or LogFaultKind.WrongEpochs) && !((isOfIndex || fault.Kind == LogFaultKind.CutShort) && isOfLast);
    }

    /// <summary>A fault of a file of a segment concerns the records from the segment's first on, if it says nothing else.</summary>
    private static LogFault Placed(LogFault fault) => fault.Offset is null ? fault with { Offset = SegmentFiles.BaseOffsetOf(fault.File) } : fault;

    private void Read(string file, Action check)
    {
        try
        {
            check();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _faults.Add(new LogFault(LogFaultKind.Unreadable, file, null, null, e.Message));
            if (Path.GetExtension(file) == ".log") _offsets.PassDamage();
        }
    }

    private void CheckSegment(SegmentFiles segment, long? nextBaseOffset)
    {
        bool isContinued = _offsets.Next is { } next ? segment.BaseOffset == next : segment.BaseOffset == 0;
        SegmentContent content = SegmentContent.Read(segment, nextBaseOffset);
        _batchCount += content.Batches.Count;
        _recordCount += content.Batches.Sum(batch => (long)batch.RecordCount);
        _end = Math.Max(_end, content.LastOffset + 1);
        _faults.AddRange(content.Faults.Select(content.Placed));
        if (content.IsMisplaced(_offsets.Next))
        {
            _misplaced.Add((content.Batches[0].BaseOffset, content.LastOffset));
            _faults.Add(Misplaced(content));
            return;
        }

        Walk(content);
        foreach (BatchSummary batch in content.Batches) _epochs.Note(batch);
        var indexes = new IndexCheck(content);
        // One misplaced file makes each of its entries wrong in the same way: the first tells it.
        Read(segment.OffsetIndexPath, () => _faults.AddRange(indexes.Run().DistinctBy(fault => (fault.Kind, fault.File))));
        _reach.Note(content, indexes);
        Read(segment.TransactionIndexPath, () => _faults.AddRange(_transactions.Take(content, isContinued)));
    }

    /// <summary>Batches and what lies between them, in the order of the file.</summary>
    private void Walk(SegmentContent content)
    {
        _offsets.Begin(content.Files);
        using IEnumerator<LogFault> damages = content.Faults.Where(fault => fault.IsDamage).GetEnumerator();
        bool hasDamage = damages.MoveNext();
        foreach (BatchSummary batch in content.Batches)
        {
            for (; hasDamage && damages.Current.Position < batch.Position; hasDamage = damages.MoveNext()) _offsets.PassDamage();
            _offsets.Pass(batch);
        }

        if (hasDamage) _offsets.PassDamage();
    }

    private LogFault Misplaced(SegmentContent content)
    {
        BatchSummary first = content.Batches[0];
        bool isSwapped = _segments.Any(other => other.BaseOffset == first.BaseOffset);
        string whose = isSwapped
            ? $"which are those of {Path.GetFileName(SegmentFiles.PathBeside(content.Files.LogPath, first.BaseOffset))}: the files were swapped or copied"
            : "so that its name is wrong";
        return new LogFault(LogFaultKind.WrongSegment, content.Files.LogPath, 0, first.BaseOffset, $"it holds the offsets {first.BaseOffset} to {content.LastOffset}, {whose}");
    }

    /// <summary>Logs that others tell of and that are not there.</summary>
    private IEnumerable<LogFault> Lost()
    {
        string[] lost = [.. SegmentFiles.LostIn(_directory)];
        foreach (string log in lost)
            yield return new LogFault(LogFaultKind.LostLog, log, null, SegmentFiles.Of(log)!.BaseOffset, "its indexes are there, and the log is lost");
        if (_segments.Count == 0 && lost.Length == 0) yield return new LogFault(LogFaultKind.LostLog, _directory, null, null, "it has no segment at all");
        if (DirectoryCheckpoint.Of(DirectoryCheckpoint.RecoveryPoint, _directory) is { } onDisk && onDisk > _end && !_faults.Any(fault => fault.IsDamage))
            yield return new LogFault(LogFaultKind.LostLog, _directory, null, _end, $"everything up to {onDisk} was on disk, and the log ends at {_end}");
    }

    /// <summary>Whether it is known by another fault where offsets are, or why they are not: in a file of another name, in one that is lost, or cut off.</summary>
    private bool IsElsewhere(long from, long to) =>
        _misplaced.Any(content => content.First <= from && to <= content.Last)
        || _faults.Any(fault => fault.Kind is LogFaultKind.LostLog or LogFaultKind.CutShort && fault.Offset >= from && fault.Offset <= to);
}

/// <summary>What there is in a partition's folder, and what is wrong with it.</summary>
internal sealed record PartitionReport(
    int SegmentCount, long BatchCount, long RecordCount, IReadOnlyList<LogFault> Faults);
