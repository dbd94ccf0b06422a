using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Recovery;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <content>Coming back after the disk failed.</content>
/// <remarks>
/// After a failed write the log is as it was before: the bytes behind its end are cut off and it goes on once there is room.
/// After a failed sync the kernel may have thrown away what it could not write, and a second sync would succeed without
/// having written it. So nothing since the last good sync is trusted: the records are read back and checked batch by
/// batch, written again, synced, and read once more past the cache; what can no longer be read intact is cut off, and none
/// of it was acknowledged as durable. All else is then rebuilt from the records as after a crash, from the last good
/// checkpoint on.
/// </remarks>
public sealed partial class PartitionLog
{
    private const int SpareBytes = 1024 * 1024;

    /// <summary>Tries to take writes again.</summary>
    /// <param name="space">What is left on the log's file system.</param>
    /// <returns>Whether the log takes writes.</returns>
    internal bool TryRepair(DiskSpace space)
    {
        OfflineCause? cause = State.Cause;
        if (cause is null) return true;
        if (cause is OfflineCause.Corruption or OfflineCause.Deleted) return false;
        if (space.AvailableBytes < (long)Options.MaxMessageBytes + SpareBytes) return false;
        try
        {
            lock (_writer)
            {
                LogSegment active = _segments.Active;
                active.Log.SetLength(active.SizeInBytes);
                if (cause == OfflineCause.SyncFailed) RewriteTail();
                if (cause != OfflineCause.NoSpace || _isSuspect) Reload();
                else GoOnline();
            }
        }
        catch (DiskException)
        {
            return false; // as it was; the next run tries again
        }

        TellState();
        DurableEndAdvanced?.Invoke(this);
        RequestFlush();
        return State.IsOnline;
    }

    /// <summary>Takes everything but the records anew from the files, as after a crash: indexes, leader epochs and the state
    /// of producers may have failed to reach the disk as well.</summary>
    private void Reload()
    {
        CloseFiles();
        Offset saved = Offset.Min(RecoveryPoint, _savedRecoveryPoint);
        var entry = new LogDirectoryEntry(
            TopicPartition, TopicId, _directory, LogStartOffset, saved, WasClosedCleanly: false);
        PartitionLogContent content = new LogLoader(_environment, entry, _options).Load();
        _truncations++;
        _segments.ReplaceAll(content.Segments);
        _epochs = content.Epochs;
        _producers = content.Producers;
        _snapshots = content.Snapshots;
        _isSuspect = false;
        if (content.LogEndOffset < DurableEndOffset)
            Log.DurableTailLost(_environment.Logger, TopicPartition, content.LogEndOffset, DurableEndOffset);
        Volatile.Write(ref _durableTail, null);
        Volatile.Write(ref _logStartOffset, content.LogStartOffset.Value);
        Volatile.Write(ref _logEndOffset, content.LogEndOffset.Value);
        Volatile.Write(ref _durableEndOffset, content.DurableEndOffset.Value);
        Volatile.Write(ref _recoveryPoint, content.RecoveryPoint.Value);
        if (content.State.IsOnline) GoOnline();
        else GoOffline(content.State.Cause!.Value, content.State.Reason!);
    }

    private void RewriteTail()
    {
        LogSegment[] segments = _segments.Current;
        int first = Math.Max(0, SegmentList.FloorIndex(segments, DurableEndOffset));
        _environment.Disk.SyncDirectory(_directory);
        for (int index = first; index < segments.Length; index++)
        {
            LogSegment segment = segments[index];
            long position = segment.PositionBehind(DurableEndOffset);
            segment.Log.ForgetSyncFault();
            if (Walk(segment, position, rewrites: true) is { } torn)
            {
                CutTail(torn);
                break;
            }

            segment.Log.SyncData();
            segment.Log.DropCache();
            if (Walk(segment, position, rewrites: false) is not null)
                throw new DiskException(DiskFault.Device, "read", segment.Log.Path, "What was written is not there.");
        }

        _hasNewNames = false;
        Volatile.Write(ref _durableEndOffset, LogEndOffset.Value);
        Volatile.Write(ref _durableTail, null);
    }

    /// <summary>Reads the batches from a position on, and writes each back if asked.</summary>
    /// <returns>The offset of the first that is not intact; null when all are.</returns>
    private static Offset? Walk(LogSegment segment, long position, bool rewrites)
    {
        using var reader = new BatchReader(segment.Log, segment.SizeInBytes);
        Offset next = segment.BaseOffset;
        while (position < segment.SizeInBytes)
        {
            if (!reader.TryRead(position, out RecordBatchView batch) || !batch.IsCrcValid) return next;
            if (rewrites) segment.Log.Write(batch.Bytes, position);
            next = batch.NextOffset;
            position += batch.SizeInBytes;
        }

        return null;
    }

    private void CutTail(Offset lost)
    {
        Offset end = Offset.Max(lost, DurableEndOffset);
        Log.TailLost(_environment.Logger, TopicPartition, end, LogEndOffset);
        TruncateUnderLock(end);
        LogSegment active = _segments.Active;
        active.Log.MarkDirty();
        active.Log.SyncData();
    }
}
