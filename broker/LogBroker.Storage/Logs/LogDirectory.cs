using System.Collections.Concurrent;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Flushing;
using LogBroker.Storage.Recovery;

namespace LogBroker.Storage.Logs;

/// <summary>One of the broker's log directories: locked by this process, with the logs in it and their checkpoints.
/// </summary>
/// <remarks>Owned by LogStore. Any thread may read; logs are added and removed by the store. Disposing releases the lock.
/// </remarks>
public sealed class LogDirectory : IDisposable
{
    private const string LockFile = ".lock";

    private readonly IDisk _disk;
    private readonly IDisposable _lock;
    private readonly IDiskVolume _volume;
    private readonly OffsetCheckpoint _recoveryPoints;
    private readonly OffsetCheckpoint _logStartOffsets;

    internal LogDirectory(IDisk disk, string path, LogStoreOptions options)
    {
        _disk = disk;
        Path = path;
        disk.CreateDirectory(path);
        _lock = disk.TryLock(System.IO.Path.Combine(path, LockFile)) ?? throw new LogDirectoryInUseException(path);
        _volume = disk.OpenVolume(path);
        Flusher = new LogFlusher(_volume, options.SyncFileSystemAtLogs);
        _recoveryPoints = CheckpointOf(OffsetCheckpoint.RecoveryPoints);
        _logStartOffsets = CheckpointOf(OffsetCheckpoint.LogStartOffsets);
        HighWatermarks = CheckpointOf(OffsetCheckpoint.HighWatermarks);
    }

    public string Path { get; }

    /// <summary>Syncs the logs of this directory; the host runs it.</summary>
    public LogFlusher Flusher { get; }

    /// <summary>Where the high watermarks of the directory's partitions are kept; storage does not read it.</summary>
    public OffsetCheckpoint HighWatermarks { get; }

    /// <summary>The logs in the directory.</summary>
    public IReadOnlyCollection<PartitionLog> Logs => (IReadOnlyCollection<PartitionLog>)Contents.Values;

    /// <summary>The size of all its logs.</summary>
    public long SizeInBytes => Contents.Values.Sum(log => log.SizeInBytes);

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
        ReadCheckpoints() => (_recoveryPoints.Read(), _logStartOffsets.Read());

    /// <summary>Writes how far recovery need not look, and where the logs start.</summary>
    internal void WriteCheckpoints()
    {
        _recoveryPoints.Write(Contents.Select(
            entry => KeyValuePair.Create(entry.Key, entry.Value.RecoveryPoint)).OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal));
        _logStartOffsets.Write(Contents.Where(entry => entry.Value.StartsInsideSegment).Select(
            entry => KeyValuePair.Create(entry.Key, entry.Value.LogStartOffset)).OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal));
    }

    private OffsetCheckpoint CheckpointOf(string name) => new(_disk, System.IO.Path.Combine(Path, name));
}
