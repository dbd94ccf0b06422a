using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <content>Finding offsets by time, epoch and transaction.</content>
public sealed partial class PartitionLog
{
    private LeaderEpochs _epochs;
    private ProducerStates _producers;
    private ProducerSnapshots _snapshots;

    /// <summary>The epoch of the last batch; None when there is none.</summary>
    public LeaderEpoch LatestEpoch => _epochs.Latest;

    /// <summary>What the log knows of its producers; to be read only while nothing is appended.</summary>
    internal ProducerStates ProducerStates => _producers;

    /// <summary>The first offset of the oldest open transaction; null when none is open.</summary>
    public Offset? FirstOpenTransactionOffset => _producers.FirstOpenOffset;

    /// <summary>The producers with state in this log.</summary>
    public ImmutableArray<ActiveProducer> ActiveProducers
    {
        get
        {
            lock (_writer) return _producers.ToActive();
        }
    }

    /// <summary>The end, exclusive, of what read-committed consumers may see: the first offset of the oldest transaction
    /// that is open or whose marker they cannot see yet, else the high watermark.</summary>
    /// <param name="highWatermark">What consumers may see at all.</param>
    public Offset LastStableOffsetAt(Offset highWatermark) =>
        _producers.FirstUnstableOffsetAt(highWatermark) is { } unstable
            ? Offset.Min(Offset.Max(unstable, LogStartOffset), highWatermark)
            : highWatermark;

    /// <summary>Where the records of the largest epoch not above <paramref name="epoch"/> end (KIP-101, KIP-320).</summary>
    public EpochEnd EndOffsetOf(LeaderEpoch epoch) => _epochs.EndOf(epoch, LogEndOffset);

    /// <summary>The leader epoch under which the record at <paramref name="offset"/> was written; None when that is not
    /// known.</summary>
    public LeaderEpoch EpochOf(Offset offset) => _epochs.EpochOf(offset);

    /// <summary>The first record at or after a time.</summary>
    /// <param name="timestamp">Milliseconds since the Unix epoch.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="Disk.DiskException">The log cannot be read.</exception>
    /// <exception cref="InvalidRecordException">A batch on the way is damaged.</exception>
    public TimestampAndOffset? FindByTimestamp(long timestamp)
    {
        foreach (LogSegment segment in _segments.Current)
        {
            if (segment.MaxTimestamp < timestamp) continue;
            if (TimestampSearch.FindFirst(segment, timestamp, LogStartOffset) is { } found) return found;
        }

        return null;
    }

    /// <summary>The record with the latest timestamp, and of several the first.</summary>
    /// <returns>Null when no record has a timestamp.</returns>
    /// <exception cref="Disk.DiskException">The log cannot be read.</exception>
    /// <exception cref="InvalidRecordException">A batch on the way is damaged.</exception>
    public TimestampAndOffset? FindMaxTimestamp()
    {
        LogSegment? latest = null;
        foreach (LogSegment segment in _segments.Current)
        {
            if (latest is null || segment.MaxTimestamp > latest.MaxTimestamp) latest = segment;
        }

        return latest is { MaxTimestamp: >= 0 }
            ? TimestampSearch.FindFirst(latest, latest.MaxTimestamp, LogStartOffset)
            : null;
    }

    /// <summary>The aborted transactions with records between two offsets, in order of their markers.</summary>
    /// <param name="from">The first offset that is read.</param>
    /// <param name="to">Exclusive: <see cref="LogReadResult.UpperBound"/>.</param>
    /// <exception cref="Disk.DiskException">The log cannot be read.</exception>
    public ImmutableArray<AbortedTransaction> AbortedTransactions(Offset from, Offset to)
    {
        ImmutableArray<AbortedTransaction>.Builder found = ImmutableArray.CreateBuilder<AbortedTransaction>();
        LogSegment[] segments = _segments.Current;
        for (int index = Math.Max(0, SegmentList.FloorIndex(segments, from)); index < segments.Length; index++)
        {
            if (segments[index].Aborted.Collect(from, to, found)) break;
        }

        return found.ToImmutable();
    }
}
