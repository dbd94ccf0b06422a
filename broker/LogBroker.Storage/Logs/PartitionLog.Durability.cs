using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Flushing;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <content>What is on stable storage, and what happens when the disk fails.</content>
public sealed partial class PartitionLog
{
    private long _durableEndOffset;
    private long _recoveryPoint;
    private Offset _savedRecoveryPoint;
    private int _isQueuedForFlush;
    private int _hasStateNews;
    private int _truncations;
    private bool _hasNewNames;
    private bool _isSuspect;
    private long _lastFlushAt;
    private LogState _state;
    private DurableTail? _durableTail;

    /// <summary>The end, exclusive, of what is known to be on stable storage.</summary>
    public Offset DurableEndOffset => new(Volatile.Read(ref _durableEndOffset));

    /// <summary>Whether the log takes writes.</summary>
    public LogState State => Volatile.Read(ref _state);

    /// <summary>Called after <see cref="DurableEndOffset"/> rose, on the thread that flushed, with no lock held.</summary>
    public Action<PartitionLog>? DurableEndAdvanced { get; set; }

    /// <summary>Called after <see cref="State"/> changed, on the thread that found out, with no lock held.</summary>
    public Action<PartitionLog>? StateChanged { get; set; }

    /// <summary>Asks that all that was appended so far is synced soon.</summary>
    public void RequestFlush() => _environment.Flusher.Request(this);

    /// <summary>Syncs all that was appended so far before it returns.</summary>
    /// <returns>False when the disk failed; the log is then offline for writes.</returns>
    public bool Flush() => LogFlusher.Flush(this);

    internal bool TryEnterFlushQueue() => Interlocked.Exchange(ref _isQueuedForFlush, 1) == 0;

    internal void LeaveFlushQueue() => Volatile.Write(ref _isQueuedForFlush, 0);

    /// <summary>Says what must be synced for the log to be durable up to its end now; null when it is, or when a sync
    /// failed and only a repair can help.</summary>
    internal FlushTicket? BeginFlush()
    {
        lock (_writer)
        {
            Offset target = LogEndOffset;
            if (State.Cause is OfflineCause.SyncFailed or OfflineCause.Deleted) return null;
            if (target.Value <= _durableEndOffset && !_hasNewNames) return null;
            LogSegment[] segments = _segments.Current;
            int first = Math.Max(0, SegmentList.FloorIndex(segments, DurableEndOffset));
            bool syncsNames = _hasNewNames;
            _hasNewNames = false;
            _lastFlushAt = _environment.Now;
            return new FlushTicket(
                target,
                segments[^1].SizeInBytes,
                _truncations,
                new ArraySegment<LogSegment>(segments, first, segments.Length - first),
                syncsNames ? _directory : null,
                _environment.Disk);
        }
    }

    internal void EndFlush(FlushTicket ticket)
    {
        lock (_writer)
        {
            if (ticket.Generation != _truncations || ticket.Target.Value <= _durableEndOffset) return;
            Volatile.Write(ref _durableEndOffset, ticket.Target.Value);
            Volatile.Write(ref _durableTail, new DurableTail(ticket.Target, ticket.Tail, ticket.TailPosition));
        }

        DurableEndAdvanced?.Invoke(this);
    }

    internal void FailFlush(FlushTicket ticket, DiskException fault)
    {
        lock (_writer)
        {
            if (ticket.NewNamesIn is not null) _hasNewNames = true;
            GoOffline(OfflineCause.SyncFailed, fault.Message);
        }

        TellState();
    }

    private void RequestFlushIfDue()
    {
        if (_environment.Options.SyncBeforeAck
            || (_options.FlushMessages is { } messages && _logEndOffset - DurableEndOffset.Value >= messages))
            _environment.Flusher.Request(this);
    }

    internal void RequestFlushIfOld()
    {
        if (_options.FlushInterval is not { } interval || DurableEndOffset >= LogEndOffset) return;
        if (_environment.Now - Volatile.Read(ref _lastFlushAt) >= interval.TotalMilliseconds) RequestFlush();
    }

    private LogAppendResult WriteFailed(DiskException fault)
    {
        GoOffline(
            fault.Fault == DiskFault.NoSpace ? OfflineCause.NoSpace : OfflineCause.WriteFailed, fault.Message);
        return LogAppendResult.Failed(ErrorCode.KafkaStorageError, fault.Message, LogStartOffset);
    }

    private void GoOffline(OfflineCause cause, string reason)
    {
        // A cause that takes more to come back from is not hidden behind a lesser one.
        if (State.Cause is { } earlier && earlier >= cause) return;
        Volatile.Write(ref _state, LogState.Offline(cause, reason));
        Volatile.Write(ref _hasStateNews, 1);
        Log.WentOffline(_environment.Logger, TopicPartition, cause, reason);
    }

    /// <summary>Passes a change of state on; called with no lock held.</summary>
    private void TellState()
    {
        if (Interlocked.Exchange(ref _hasStateNews, 0) != 0) StateChanged?.Invoke(this);
    }

    private void GoOnline()
    {
        Volatile.Write(ref _state, LogState.Online);
        Volatile.Write(ref _hasStateNews, 1);
        Log.WentOnline(_environment.Logger, TopicPartition, LogEndOffset);
    }

    /// <summary>Where the durable part ends, so that a reader bounded by it need not search.</summary>
    private sealed record DurableTail(Offset Offset, LogSegment Segment, long Position);
}
