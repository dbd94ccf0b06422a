namespace LogBroker.AdminCli.LogFiles;

/// <summary>Follows the offsets and leader epochs of a partition's batches through its segments: each batch begins where the one before it ended.</summary>
/// <param name="isCompacted">Whether compaction is known to have taken records out: then gaps are no fault.</param>
internal sealed class OffsetWalk(bool isCompacted)
{
    /// <summary>More gaps than this say that the log was compacted, where nothing else tells.</summary>
    private const int UnexplainedGapsMax = 1;

    private readonly List<LogFault> _faults = [];
    private readonly List<Gap> _gaps = [];
    private SegmentFiles? _segment;
    private BatchSummary? _before;
    private (BatchSummary Batch, string File, long From)? _jump;
    private long? _next;

    /// <summary>The offset behind the last batch; null before the first one, and behind damage.</summary>
    public long? Next => _next;

    /// <summary>Whether records were taken out, as far as it can be told.</summary>
    public bool IsCompacted { get; private set; } = isCompacted;

    /// <summary>Goes on with the next segment: by its name it begins behind the one before it.</summary>
    public void Begin(SegmentFiles segment)
    {
        _segment = segment;
        if (_next is { } next && segment.BaseOffset > next)
        {
            Settle();
            _gaps.Add(new Gap(next, segment.BaseOffset - 1, SegmentFiles.PathBeside(segment.LogPath, next), null));
        }
        if (_next is null || _next < segment.BaseOffset) _next = segment.BaseOffset;
    }

    /// <summary>Bytes that are no batch: which offsets they had is not known.</summary>
    public void PassDamage()
    {
        Settle();
        _next = null;
    }

    public void Pass(BatchSummary batch)
    {
        string file = _segment!.LogPath;
        if (batch.RecordCount <= batch.LastOffset - batch.BaseOffset) IsCompacted = true;
        if (_next is { } expected && batch.BaseOffset != expected) Compare(batch, expected, file);
        else Settle();
        if (_before is not null && batch.LeaderEpoch < _before.LeaderEpoch)
        {
            _faults.Add(new LogFault(
                LogFaultKind.EpochGoesBack, file, batch.Position, batch.BaseOffset,
                $"the batch at {batch.BaseOffset} has leader epoch {batch.LeaderEpoch}, the one before it {_before.LeaderEpoch}"));
        }
        _before = batch;
        _next = batch.LastOffset + 1;
    }

    /// <summary>What was found; offsets that <paramref name="isElsewhere"/> knows the place of are not missing.</summary>
    public IEnumerable<LogFault> End(Func<long, long, bool> isElsewhere)
    {
        Settle();
        // One misplaced batch makes all behind it go back: the first tells it.
        IEnumerable<LogFault> found = _faults.DistinctBy(fault => (fault.Kind, fault.File));
        return IsCompacted ? found : found.Concat(_gaps.Where(gap => !isElsewhere(gap.From, gap.To)).Select(gap => gap.ToFault()));
    }

    private void Compare(BatchSummary batch, long expected, string file)
    {
        if (batch.BaseOffset > expected)
        {
            Settle();
            _jump = (batch, file, expected);
        }
        else if (_jump is { } jump && batch.BaseOffset >= jump.From)
        {
            // The one before jumped ahead, and this one goes on from where it jumped.
            _faults.Add(GoesBack(
                jump.File, jump.Batch, $"the batch says that it has {jump.Batch.BaseOffset} to {jump.Batch.LastOffset}, between {jump.From - 1} and {batch.BaseOffset}"));
            _jump = null;
        }
        else
        {
            _faults.Add(GoesBack(file, batch, $"the batch {batch.BaseOffset} to {batch.LastOffset} comes after {expected - 1}"));
        }
    }

    /// <summary>The last jump ahead was none of an offset that is wrong: what it passed over is missing.</summary>
    private void Settle()
    {
        if (_jump is not { } jump) return;
        _jump = null;
        if (IsCompacted) return;
        _gaps.Add(new Gap(jump.From, jump.Batch.BaseOffset - 1, jump.File, jump.Batch.Position));
        if (_gaps.Count(gap => gap.Position is not null) > UnexplainedGapsMax) IsCompacted = true;
    }

    private static LogFault GoesBack(string file, BatchSummary batch, string message) =>
        new(LogFaultKind.OffsetsGoBack, file, batch.Position, batch.BaseOffset, message);

    /// <param name="From">The first offset that is not there.</param>
    /// <param name="To">The last.</param>
    /// <param name="File">Where they should be.</param>
    /// <param name="Position">The batch behind them in that file; null when the file is not there.</param>
    private sealed record Gap(long From, long To, string File, long? Position)
    {
        public LogFault ToFault() => new(
            LogFaultKind.MissingOffsets, File, Position, From,
            Position is null
                ? $"offsets {From} to {To} are in no segment: a file is lost"
                : $"offsets {From} to {To} are missing before the batch: something was cut out, or its offset is wrong");
    }
}
