using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Replication.Waiting;
using LogBroker.Storage.Logs;

namespace LogBroker.Replication.Partitions;

/// <summary>One partition this broker leads: its epoch, its high watermark and those who wait for either end to move.</summary>
/// <remarks>
/// Made and retired by <see cref="PartitionRegistry"/>. The log orders appends; reads take no lock. The high watermark never goes back: it follows the log's durable end where the broker syncs before it
/// acknowledges (the default), the log end otherwise, since the only replica is this one.
/// </remarks>
public sealed class Partition
{
    private readonly Lock _watermarkLock = new();
    private readonly PartitionLog _log;
    private readonly bool _syncBeforeAck;
    private readonly AckQueue _acks;
    private long _highWatermark;

    public Partition(PartitionLog log, LeaderEpoch epoch, bool syncBeforeAck, Purgatory purgatory)
    {
        _log = log;
        Epoch = epoch;
        _syncBeforeAck = syncBeforeAck;
        _acks = new AckQueue(purgatory.Deadlines);
        _highWatermark = log.DurableEndOffset.Value;
        AdvanceHighWatermark();
    }

    public TopicPartition TopicPartition => _log.TopicPartition;

    /// <summary>The leadership generation under which this broker appends.</summary>
    public LeaderEpoch Epoch { get; }

    /// <summary>The log beneath, for those who describe or clean it.</summary>
    public PartitionLog Log => _log;

    /// <summary>The first offset that can be read.</summary>
    public Offset LogStartOffset => _log.LogStartOffset;

    public Offset HighWatermark => new(Volatile.Read(ref _highWatermark));

    /// <summary>Exclusive end of what a read-committed consumer may see.</summary>
    public Offset LastStableOffset => _log.LastStableOffsetAt(HighWatermark);

    /// <summary>Those who wait for this partition to have more to read.</summary>
    public WatchList Watchers { get; } = new();

    /// <summary>Appends what a client sent; on success the data is written, not yet acknowledged.</summary>
    public AppendOutcome AppendAsLeader(Memory<byte> records, AppendOrigin origin = AppendOrigin.Client)
    {
        LogAppendResult appended = _log.AppendAsLeader(records, Epoch, origin);
        if (appended.Error == ErrorCode.None && !_syncBeforeAck) AdvanceHighWatermark();
        return new AppendOutcome(
            appended.Error,
            appended.Message,
            appended.BaseOffset,
            appended.LastOffset.Next,
            appended.LogAppendTimestamp,
            appended.LogStartOffset,
            appended.RecordErrors);
    }

    /// <summary>Waits until everything before <paramref name="end"/> is replicated, and on disk if the broker promises so.</summary>
    /// <returns>None; RequestTimedOut after <paramref name="timeout"/>; KafkaStorageError when the disk failed meanwhile.</returns>
    public Task<ErrorCode> WhenHighWatermarkReachesAsync(Offset end, TimeSpan timeout) =>
        _acks.WaitAsync(end, timeout, () => HighWatermark);

    /// <summary>Reads whole batches, no further than the consumer may see.</summary>
    public PartitionRead Read(in ReadRequest request)
    {
        ErrorCode error = CheckEpoch(request.CurrentEpoch);
        if (error != ErrorCode.None) return PartitionRead.Failed(error);
        Offset highWatermark = HighWatermark;
        Offset stable = LastStableOffset;
        EpochEnd? diverging = DivergesFrom(request);
        if (diverging == EpochEnd.Unknown) return PartitionRead.Failed(ErrorCode.OffsetOutOfRange);
        if (diverging is not null)
            return new PartitionRead(ErrorCode.None, highWatermark, stable, _log.LogStartOffset, MemoryRecords.Empty, null, diverging);
        bool isCommittedOnly = request.Isolation == IsolationLevel.ReadCommitted;
        LogReadResult read = _log.Read(
            request.From, request.MaxBytes, isCommittedOnly ? stable : highWatermark, request.AtLeastOneBatch);
        if (read.Error != ErrorCode.None) return PartitionRead.Failed(read.Error);
        return new PartitionRead(
            ErrorCode.None,
            highWatermark,
            stable,
            _log.LogStartOffset,
            read.Records,
            isCommittedOnly ? _log.AbortedTransactions(request.From, read.UpperBound) : null);
    }

    /// <summary>The end: the high watermark, or the last stable offset for read-committed; it has no timestamp.</summary>
    public OffsetAtTime FindLatest(IsolationLevel isolation) => new(VisibleEnd(isolation), -1, Epoch);

    /// <summary>The first offset that can be read; it has no timestamp.</summary>
    public OffsetAtTime FindEarliest() => new(LogStartOffset, -1, EpochOf(LogStartOffset));

    /// <summary>The record with the latest timestamp, or null when there is none (KIP-734).</summary>
    public OffsetAtTime? FindMaxTimestamp(IsolationLevel isolation) => Visible(_log.FindMaxTimestamp(), isolation);

    /// <summary>The first record whose timestamp is <paramref name="timestamp"/> or later, or null.</summary>
    public OffsetAtTime? FindByTimestamp(long timestamp, IsolationLevel isolation) =>
        Visible(_log.FindByTimestamp(timestamp), isolation);

    /// <summary>Where <paramref name="epoch"/>, or the last one before it, ended in this log (KIP-101).</summary>
    public EpochEnd EndOffsetOf(LeaderEpoch epoch) => epoch == Epoch
        ? new EpochEnd(Epoch, _log.LogEndOffset)
        : _log.EndOffsetOf(epoch);

    /// <summary>Whether a client's idea of the leader epoch is this one (KIP-320).</summary>
    public ErrorCode CheckEpoch(LeaderEpoch believed)
    {
        if (believed == LeaderEpoch.None || believed == Epoch) return ErrorCode.None;
        return believed < Epoch ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch;
    }

    /// <summary>Gives up everything before <paramref name="before"/> (DeleteRecords).</summary>
    /// <returns>OffsetOutOfRange beyond the high watermark; else None and the log start offset stands where asked or later.</returns>
    public ErrorCode DeleteRecordsBefore(Offset before)
    {
        if (before < Offset.Zero || before > HighWatermark) return ErrorCode.OffsetOutOfRange;
        return _log.AdvanceLogStart(before);
    }

    /// <summary>Takes the topic's changed settings over.</summary>
    public void Configure(LogOptions options) => _log.Options = options;

    /// <summary>Called when the log has more on disk than before, or its end moved.</summary>
    public void AdvanceHighWatermark()
    {
        Offset highWatermark;
        lock (_watermarkLock)
        {
            highWatermark = _syncBeforeAck || IsFlushDue ? _log.DurableEndOffset : _log.LogEndOffset;
            if (highWatermark.Value <= _highWatermark) return;
            Volatile.Write(ref _highWatermark, highWatermark.Value);
        }

        _acks.Advance(highWatermark);
        Watchers.WakeAll();
    }

    /// <summary>Answers all who wait for an acknowledgement that will not come.</summary>
    public void FailWaiting(ErrorCode error)
    {
        _acks.FailAll(error);
        Watchers.WakeAll();
    }

    /// <summary>Whether <c>flush.messages</c> wants a sync, which Kafka makes before it answers.</summary>
    private bool IsFlushDue =>
        _log.Options.FlushMessages is { } messages && _log.LogEndOffset - _log.DurableEndOffset >= messages;

    private Offset VisibleEnd(IsolationLevel isolation) =>
        isolation == IsolationLevel.ReadCommitted ? LastStableOffset : HighWatermark;

    private OffsetAtTime? Visible(TimestampAndOffset? found, IsolationLevel isolation)
    {
        if (found is not { } at || at.Offset >= VisibleEnd(isolation)) return null;
        return new OffsetAtTime(at.Offset, at.Timestamp, _log.EpochOf(at.Offset));
    }

    /// <summary>The epoch of a record, and of the one to come where there is none yet.</summary>
    private LeaderEpoch EpochOf(Offset offset) =>
        _log.EpochOf(offset) is var known && known != LeaderEpoch.None ? known : Epoch;

    private EpochEnd? DivergesFrom(in ReadRequest request)
    {
        if (request.LastFetchedEpoch <= LeaderEpoch.None) return null;
        EpochEnd end = EndOffsetOf(request.LastFetchedEpoch);
        bool diverges = end.Epoch < request.LastFetchedEpoch || end.EndOffset < request.From;
        return diverges ? end : null;
    }
}
