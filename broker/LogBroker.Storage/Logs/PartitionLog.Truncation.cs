using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Recovery;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <content>Taking records away, from either end.</content>
public sealed partial class PartitionLog
{
    /// <summary>Cuts the log so that it ends at or before <paramref name="end"/>: a batch that reaches beyond goes
    /// whole.</summary>
    /// <param name="end">The new end; at or above the log's end nothing happens.</param>
    /// <exception cref="DiskException">The log is offline for writes.</exception>
    public void TruncateTo(Offset end) => ChangeEnds(() =>
    {
        if (end >= LogEndOffset) return;
        if (end < LogStartOffset) StartAnew(end);
        else TruncateUnderLock(end);
    });

    /// <summary>Deletes everything and begins again at <paramref name="start"/>.</summary>
    /// <exception cref="DiskException">The log is offline for writes.</exception>
    public void TruncateFullyAndStartAt(Offset start) => ChangeEnds(() => StartAnew(start));

    /// <summary>Moves the first readable offset up; never down. Segments below it go with the next retention run.</summary>
    /// <param name="start">The new first offset.</param>
    /// <returns>OffsetOutOfRange when it is above the log's end.</returns>
    public ErrorCode AdvanceLogStart(Offset start)
    {
        lock (_writer)
        {
            if (start > LogEndOffset) return ErrorCode.OffsetOutOfRange;
            if (start <= LogStartOffset) return ErrorCode.None;
            Volatile.Write(ref _logStartOffset, start.Value);
            _epochs.TruncateFromStart(start);
            return ErrorCode.None;
        }
    }

    private void TruncateUnderLock(Offset end)
    {
        LogSegment[] segments = _segments.Current;
        int last = Math.Max(0, SegmentList.FloorIndex(segments, end));
        LogSegment[] removed = _segments.RemoveFrom(last + 1);
        Offset cut = segments[last].TruncateTo(end, removed.Length > 0);
        Retire(removed);
        NoteTruncation(cut);
        ReloadProducers(cut);
        // Durable at once: after a crash the old records must not show up between or behind new ones, and what is known of
        // producers whose records are deleted cannot be found out again.
        segments[last].Log.SyncData();
        _snapshots.Sync(_snapshots.Write(_directory, _producers));
        _environment.Disk.SyncDirectory(_directory);
        ComeBackIfMended();
    }

    private void StartAnew(Offset start)
    {
        // The new segment must not take files of the same name from the old ones.
        LogSegment[] old = _segments.Current;
        foreach (LogSegment segment in old) segment.MarkDeleted();
        _segments.ReplaceAll(CreateSegment(start, _environment.Now));
        Retire(old);
        Volatile.Write(ref _logStartOffset, start.Value);
        NoteTruncation(start);
        _epochs.Clear();
        _producers.Clear(start);
        _snapshots.DeleteAll(_directory);
        ComeBackIfMended();
    }

    private void ReloadProducers(Offset end)
    {
        _snapshots.DeleteAbove(_directory, end);
        if (_snapshots.Load(_directory, _producers, end) is null) _producers.Clear(LogStartOffset);
        ProducerReplay.Run(_segments.Current, _producers, end, end);
    }

    /// <summary>What was damaged may have been truncated.</summary>
    private void ComeBackIfMended()
    {
        if (State.Cause != OfflineCause.Corruption) return;
        foreach (LogSegment segment in _segments.Current)
        {
            if (!segment.Gaps.IsEmpty) return;
        }

        GoOnline();
    }

    private void NoteTruncation(Offset end)
    {
        _truncations++;
        Volatile.Write(ref _durableTail, null);
        Volatile.Write(ref _durableEndOffset, Math.Min(_durableEndOffset, end.Value));
        _recoveryPoint = Math.Min(_recoveryPoint, end.Value);
        Volatile.Write(ref _logStartOffset, Math.Min(_logStartOffset, end.Value));
        Volatile.Write(ref _logEndOffset, end.Value);
        _epochs.TruncateFromEnd(end);
    }

    /// <summary>Lets files wait for their deletion, for the sake of those still reading them.</summary>
    private void Retire(LogSegment[] segments)
    {
        if (segments.Length == 0) return;
        foreach (LogSegment segment in segments) segment.MarkDeleted();
        _hasNewNames = true;
        long due = _environment.Now + (long)_options.FileDeleteDelay.TotalMilliseconds;
        foreach (LogSegment segment in segments) _environment.Deletions.Add(due, segment.Delete);
    }

    private void ChangeEnds(Action change)
    {
        try
        {
            lock (_writer)
            {
                try
                {
                    change();
                }
                catch (DiskException fault)
                {
                    _isSuspect = true;
                    WriteFailed(fault);
                    throw;
                }
            }
        }
        finally
        {
            TellState();
        }

        _environment.SaveOffsets();
    }
}
