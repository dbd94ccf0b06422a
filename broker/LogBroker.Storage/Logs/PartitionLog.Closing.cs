using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Flushing;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <content>Checkpoints, closing and removal.</content>
public sealed partial class PartitionLog
{
    /// <summary>Up to here recovery need not look.</summary>
    internal Offset RecoveryPoint => new(Volatile.Read(ref _recoveryPoint));

    /// <summary>Whether the start cannot be told from the segments' names.</summary>
    internal bool StartsInsideSegment => LogStartOffset > _segments.First.BaseOffset;

    /// <summary>Whether a restart would find all of the log without looking at its records.</summary>
    internal bool IsClean => State.IsOnline && RecoveryPoint >= LogEndOffset;

    /// <summary>Writes what a checkpoint at the log's end needs: index entries, leader epochs, the producers' state.</summary>
    /// <param name="isClosing">Whether the log is to be closed: the time index then gets its last entry.</param>
    /// <returns>What is to be synced; null when nothing changed since the last one, or the log is offline.</returns>
    internal CheckpointTicket? BeginCheckpoint(bool isClosing)
    {
        CheckpointTicket? ticket = PrepareCheckpoint(isClosing);
        if (ticket is null) TellState();
        return ticket;
    }

    private CheckpointTicket? PrepareCheckpoint(bool isClosing)
    {
        lock (_writer)
        {
            if (!State.IsOnline) return null;
            Offset target = LogEndOffset;
            FlushTicket? flush = BeginFlush();
            if (target.Value <= _recoveryPoint && flush is null) return null;
            try
            {
                LogSegment[] segments = _segments.Current;
                if (isClosing) segments[^1].CompleteIndexes();
                else segments[^1].PersistIndexes();
                _epochs.Save(_directory);
                int first = Math.Max(0, SegmentList.FloorIndex(segments, RecoveryPoint));
                return new CheckpointTicket(
                    this,
                    target,
                    _truncations,
                    flush,
                    new ArraySegment<LogSegment>(segments, first, segments.Length - first),
                    _snapshots.Write(_directory, _producers),
                    _environment.Disk);
            }
            catch (DiskException fault)
            {
                _hasNewNames |= flush?.NewNamesIn is not null;
                WriteFailed(fault);
                return null;
            }
        }
    }

    /// <summary>Moves the recovery point, after everything in the ticket was synced.</summary>
    internal void EndCheckpoint(CheckpointTicket ticket)
    {
        if (ticket.Flush is { } flush) EndFlush(flush);
        lock (_writer)
        {
            if (ticket.Generation != _truncations) return;
            Volatile.Write(ref _recoveryPoint, ticket.Target.Value);
        }
    }

    /// <summary>Notes that the directory's checkpoint file says so of this log, durably: recovery will start from there, and
    /// needs no older snapshot.</summary>
    internal void RecoveryPointSaved(Offset saved)
    {
        lock (_writer)
        {
            if (saved == _savedRecoveryPoint) return;
            _savedRecoveryPoint = saved;
            try
            {
                _snapshots.DeleteStray(_directory, _segments.Current, saved);
            }
            catch (DiskException)
            {
                // They do no harm; the next checkpoint or start deletes them.
            }
        }
    }

    /// <summary>Takes the log offline because a checkpoint could not be synced.</summary>
    internal void FailCheckpoint(CheckpointTicket ticket, DiskException fault)
    {
        lock (_writer)
        {
            _hasNewNames |= ticket.Flush?.NewNamesIn is not null;
            GoOffline(OfflineCause.SyncFailed, fault.Message);
        }

        TellState();
    }

    internal void CloseFiles()
    {
        foreach (LogSegment segment in _segments.Current) segment.Dispose();
    }

    /// <summary>Renames the log's directory; the log takes no writes any more.</summary>
    internal void MoveTo(string directory)
    {
        lock (_writer)
        {
            _environment.Disk.Rename(_directory, directory);
            Volatile.Write(ref _directory, directory);
            foreach (LogSegment segment in _segments.Current) segment.MoveTo(directory);
            Volatile.Write(ref _state, LogState.Offline(OfflineCause.Deleted, $"{TopicPartition} was deleted."));
        }
    }

    internal void DeleteFiles()
    {
        CloseFiles();
        _environment.Disk.DeleteDirectory(_directory);
    }
}
