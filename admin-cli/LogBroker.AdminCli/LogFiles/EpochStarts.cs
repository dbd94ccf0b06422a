namespace LogBroker.AdminCli.LogFiles;

/// <summary>The first batch of each leader epoch. Records before the log's start are gone, though their segment is still there, and their epochs
/// with them.</summary>
/// <param name="logStart">The first offset that is not gone.</param>
internal sealed class EpochStarts(long logStart)
{
    private readonly List<(int Epoch, long Offset)> _all = [];

    /// <summary>In the order they come.</summary>
    public IReadOnlyList<(int Epoch, long Offset)> All => _all;

    public void Note(BatchSummary batch)
    {
        if (batch.LastOffset < logStart || batch.LeaderEpoch < 0) return;
        if (_all.Count > 0 && (_all[^1].Epoch == batch.LeaderEpoch || _all.Any(start => start.Epoch == batch.LeaderEpoch))) return;
        _all.Add((batch.LeaderEpoch, Math.Max(batch.BaseOffset, logStart)));
    }
}
