using System.Collections.Concurrent;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Flushing;
using LogBroker.Storage.Recovery;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Logs;

/// <summary>One of the broker's log directories: locked by this process, with the logs in it and their checkpoints.
/// </summary>
/// <remarks>Owned by LogStore. Any thread may read; logs are added and removed by the store. Disposing releases the lock.
/// </remarks>
public sealed partial class LogDirectory : IDisposable
{
    private const string LockFile = ".lock";

    private readonly IDisk _disk;
    private readonly LogStoreOptions _options;
    private readonly ILogger _logger;
    private readonly IDisposable _lock;
    private readonly IDiskVolume _volume;
    private readonly Lock _saving = new();
    private readonly OffsetCheckpoint _recoveryPoints;
    private readonly OffsetCheckpoint _logStartOffsets;

    internal LogDirectory(IDisk disk, string path, LogStoreOptions options, ILogger logger)
    {
        _disk = disk;
        _options = options;
        _logger = logger;
        Path = path;
        disk.CreateDirectory(path);
        string lockFile = System.IO.Path.Combine(path, LockFile);
        bool isNew = !disk.FileExists(lockFile);
        _lock = disk.TryLock(lockFile) ?? throw new LogDirectoryInUseException(path);
        try
        {
            _volume = disk.OpenVolume(path);
            if (isNew) disk.SyncDirectory(path);
        }
        catch
        {
            _volume?.Dispose();
            _lock.Dispose();
            throw;
        }

        if (isNew) TrySyncParent();
        Flusher = new LogFlusher(_volume, options.SyncFileSystemAtLogs);
        _recoveryPoints = CheckpointOf(OffsetCheckpoint.RecoveryPoints);
        _logStartOffsets = CheckpointOf(OffsetCheckpoint.LogStartOffsets);
        HighWatermarks = CheckpointOf(OffsetCheckpoint.HighWatermarks);
    }

    public string Path { get; }

    /// <summary>The directory's id in the cluster (KIP-858); empty until <see cref="LogStore.Claim"/>.</summary>
    public Guid Id { get; private set; }

    /// <summary>Syncs the logs of this directory; the host runs it.</summary>
    public LogFlusher Flusher { get; }

    /// <summary>Where the high watermarks of the directory's partitions are kept; storage does not read it.</summary>
    public OffsetCheckpoint HighWatermarks { get; }

    /// <summary>The logs in the directory.</summary>
    public IReadOnlyCollection<PartitionLog> Logs => (IReadOnlyCollection<PartitionLog>)Contents.Values;

    /// <summary>The size of all its logs.</summary>
    public long SizeInBytes => Contents.Values.Sum(log => log.SizeInBytes);

    /// <summary>What is wrong with the directory, when the disk fails writes or syncs of its logs; null when nothing is.
    /// </summary>
    public string? Fault => Logs
        .Select(log => log.State)
        .FirstOrDefault(state => state.Cause is OfflineCause.WriteFailed or OfflineCause.SyncFailed)?.Reason;

    /// <summary>How large its file system is, and how much is left.</summary>
    /// <exception cref="DiskException">The directory is gone.</exception>
    public DiskSpace Space => _volume.Space;

    internal ConcurrentDictionary<TopicPartition, PartitionLog> Contents { get; } = new();

    /// <summary>Releases the lock. The logs must not be used afterwards.</summary>
    public void Dispose()
    {
        _volume.Dispose();
        _lock.Dispose();
    }

    internal (Dictionary<TopicPartition, Offset> RecoveryPoints, Dictionary<TopicPartition, Offset> LogStartOffsets)
        ReadCheckpoints() => (Read(_recoveryPoints, OffsetCheckpoint.RecoveryPoints),
            Read(_logStartOffsets, OffsetCheckpoint.LogStartOffsets));

    /// <summary>Checks whose directory this is, and makes it <paramref name="owner"/>'s when it is nobody's.</summary>
    internal void Claim(DirectoryOwner owner)
    {
        MetaProperties? found = MetaProperties.Read(_disk, Path);
        if (found is not null && found.Owner != owner) throw new ForeignLogDirectoryException(Path, found.Owner, owner);
        Id = found?.DirectoryId ?? Guid.Empty;
        if (Id != Guid.Empty) return;
        var claimed = new MetaProperties(owner, _options.NewId());
        claimed.Write(_disk, Path);
        Id = claimed.DirectoryId;
    }

    /// <summary>Writes and syncs everything that recovery would have to find out, for all logs, and notes how far it is
    /// good.</summary>
    /// <param name="isClosing">Whether the logs are to be closed.</param>
    /// <returns>Whether all of all logs is covered.</returns>
    internal bool TryCheckpoint(bool isClosing)
    {
        var tickets = new List<CheckpointTicket>();
        foreach (PartitionLog log in Logs)
        {
            if (log.BeginCheckpoint(isClosing) is { } ticket) tickets.Add(ticket);
        }

        bool isSynced = tickets.Count >= _options.SyncFileSystemAtLogs && TrySyncVolume();
        foreach (CheckpointTicket ticket in tickets)
        {
            try
            {
                if (!isSynced) ticket.Sync();
                ticket.Log.EndCheckpoint(ticket);
            }
            catch (DiskException fault)
            {
                ticket.Log.FailCheckpoint(ticket, fault);
            }
        }

        return TrySaveOffsets() && Logs.All(log => log.IsClean);
    }

    /// <summary>Notes that the logs were closed in order.</summary>
    internal void MarkClean(long brokerEpoch)
    {
        try
        {
            CleanShutdownMarker.Write(_disk, Path, brokerEpoch);
        }
        catch (DiskException fault)
        {
            Log.CheckpointFailed(_logger, fault, Path);
        }
    }

    /// <summary>Tries to bring offline logs back.</summary>
    /// <returns>How many are still offline.</returns>
    internal int RunRepairs()
    {
        int offline = 0;
        DiskSpace? space = null;
        foreach (PartitionLog log in Logs)
        {
            if (log.State.IsOnline) continue;
            try
            {
                if (!log.TryRepair(space ??= Space)) offline++;
            }
            catch (DiskException)
            {
                offline++; // the file system does not even say how full it is
            }
        }

        return offline;
    }

    /// <summary>Writes the recovery points and the starts of all logs.</summary>
    internal bool TrySaveOffsets()
    {
        try
        {
            lock (_saving)
            {
                PartitionLog[] logs = [.. Logs];
                Offset[] recoveryPoints = [.. logs.Select(log => log.RecoveryPoint)];
                _recoveryPoints.Write(OffsetsOf(logs, recoveryPoints));
                for (int index = 0; index < logs.Length; index++) logs[index].RecoveryPointSaved(recoveryPoints[index]);
                logs = [.. logs.Where(log => log.StartsInsideSegment)];
                _logStartOffsets.Write(OffsetsOf(logs, [.. logs.Select(log => log.LogStartOffset)]));
            }

            return true;
        }
        catch (DiskException fault)
        {
            Log.CheckpointFailed(_logger, fault, Path);
            return false;
        }
    }

    private static IEnumerable<KeyValuePair<TopicPartition, Offset>> OffsetsOf(
        PartitionLog[] logs, Offset[] offsets) =>
        logs.Zip(offsets, (log, offset) => KeyValuePair.Create(log.TopicPartition, offset))
            .OrderBy(entry => entry.Key.Topic, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.Partition);

    private Dictionary<TopicPartition, Offset> Read(OffsetCheckpoint checkpoint, string name)
    {
        if (!checkpoint.TryRead(out Dictionary<TopicPartition, Offset> offsets)) Log.CheckpointDamaged(_logger, name, Path);
        return offsets;
    }

    /// <summary>Makes the name of a new directory durable, as far as its parent may be opened at all.</summary>
    private void TrySyncParent()
    {
        if (System.IO.Path.GetDirectoryName(Path) is not { } parent) return;
        try
        {
            _disk.SyncDirectory(parent);
        }
        catch (DiskException fault)
        {
            Log.ParentNotSynced(_logger, fault, Path);
        }
    }

    /// <summary>Makes everything on the directory's file system durable.</summary>
    /// <exception cref="DiskException">Something could not be written.</exception>
    internal void SyncVolume() => _volume.Sync();

    private bool TrySyncVolume()
    {
        try
        {
            SyncVolume();
            return true;
        }
        catch (DiskException)
        {
            return false; // the files are synced one by one then, and those that fail say so
        }
    }

    private OffsetCheckpoint CheckpointOf(string name) => new(_disk, System.IO.Path.Combine(Path, name));

    private static partial class Log
    {
        [LoggerMessage(
            2003,
            LogLevel.Warning,
            "The checkpoints of {Directory} could not be written; recovery would take longer",
            EventName = "CheckpointFailed")]
        public static partial void CheckpointFailed(ILogger logger, DiskException fault, string directory);

        [LoggerMessage(
            2004,
            LogLevel.Warning,
            "{File} in {Directory} is damaged; what it does not tell is found out from the logs, except which of their first "
                + "records had been deleted",
            EventName = "CheckpointDamaged")]
        public static partial void CheckpointDamaged(ILogger logger, string file, string directory);

        [LoggerMessage(
            2007,
            LogLevel.Information,
            "The parent of the new log directory {Directory} could not be synced",
            EventName = "ParentNotSynced")]
        public static partial void ParentNotSynced(ILogger logger, DiskException fault, string directory);
    }
}
