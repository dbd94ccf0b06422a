using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <content>Checkpoints, closing and removal.</content>
public sealed partial class PartitionLog
{
    /// <summary>Up to here recovery need not look.</summary>
    internal Offset RecoveryPoint => new(Volatile.Read(ref _recoveryPoint));

    /// <summary>Whether the start cannot be told from the segments' names.</summary>
    internal bool StartsInsideSegment => LogStartOffset > _segments.First.BaseOffset;

    /// <summary>Moves the recovery point up to the log's end.</summary>
    internal void Checkpoint()
    {
        if (RecoveryPoint >= LogEndOffset || !State.IsOnline) return;
        Offset end = LogEndOffset;
        if (!Flush()) return;
        _epochs.Save(_directory);
        Volatile.Write(ref _recoveryPoint, Math.Min(end.Value, DurableEndOffset.Value));
    }

    /// <summary>Makes all of the log durable, with complete indexes.</summary>
    /// <returns>False when something could not be written: the log must be recovered when it is opened next.</returns>
    internal bool TryClose()
    {
        lock (_writer)
        {
            try
            {
                if (!State.IsOnline) return false;
                foreach (LogSegment segment in _segments.Current)
                {
                    segment.Log.SyncData();
                    segment.CompleteIndexes();
                    segment.SyncIndexes();
                }

                _epochs.Save(_directory);
                _environment.Disk.SyncDirectory(_directory);
                Volatile.Write(ref _durableEndOffset, LogEndOffset.Value);
                Volatile.Write(ref _recoveryPoint, LogEndOffset.Value);
                return true;
            }
            catch (DiskException fault)
            {
                GoOffline(OfflineCause.SyncFailed, fault.Message);
                return false;
            }
        }
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
