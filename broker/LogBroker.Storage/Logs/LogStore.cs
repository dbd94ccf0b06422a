using System.Diagnostics.CodeAnalysis;
using LogBroker.Protocol;
using LogBroker.Storage.Cleaning;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Recovery;
using LogBroker.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Logs;

/// <summary>All the logs of a broker, over all its log directories.</summary>
/// <remarks>
/// Owned by the broker. Opened with <see cref="Open"/>, made the broker's with <see cref="Claim"/>, filled with
/// <see cref="Load"/>, ended with <see cref="CloseCleanly"/> or, after a fault, with <see cref="Dispose"/> alone, which leaves recovery to the next start.
/// Any thread may look logs up; creating and deleting take the store's lock. It starts no thread: the host runs the
/// flushers of <see cref="Directories"/>, and from time to time <see cref="RunRetention"/>, <see cref="RunDeletions"/>,
/// <see cref="RunFlushes"/>, <see cref="RunProducerExpiration"/>, <see cref="RunRepairs"/> and
/// <see cref="WriteCheckpoints"/>. What cannot be read at the start is left out, a partition or a whole directory, with a log
/// line; only when no directory works the start fails.
/// </remarks>
public sealed partial class LogStore : IDisposable
{
    private readonly LogStoreOptions _options;
    private readonly IDisk _disk;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SegmentHandles _handles;
    private readonly DeferredDeletions _deletions;
    private readonly List<LogDirectory> _directories = [];
    private readonly Lock _gate = new();

    private LogStore(LogStoreOptions options, IDisk disk, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _disk = disk;
        _time = time;
        _logger = loggers.CreateLogger<LogStore>();
        _handles = new SegmentHandles(
            disk, options.OpenFilesMax ?? SegmentHandles.DefaultLimit(disk.OpenFilesMax));
        _deletions = new DeferredDeletions(_logger);
    }

    /// <summary>The log directories that work.</summary>
    public IReadOnlyList<LogDirectory> Directories => _directories;

    /// <summary>All the logs.</summary>
    public IEnumerable<PartitionLog> Logs => _directories.SelectMany(directory => directory.Logs);

    /// <summary>The budget of open files.</summary>
    public SegmentHandles Handles => _handles;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes the log directories, making those that are missing.</summary>
    /// <exception cref="LogDirectoryInUseException">Another broker has one of them.</exception>
    /// <exception cref="DiskException">None can be made and written.</exception>
    public static LogStore Open(LogStoreOptions options, IDisk disk, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.LogDirectories.Length);
        var store = new LogStore(options, disk, time, loggers);
        try
        {
            foreach (string path in options.LogDirectories) store.OpenDirectory(Path.GetFullPath(path));
            store.RequireDirectory();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public bool TryGet(TopicPartition partition, [NotNullWhen(true)] out PartitionLog? log)
    {
        foreach (LogDirectory directory in _directories)
        {
            if (directory.Contents.TryGetValue(partition, out log)) return true;
        }

        log = null;
        return false;
    }

    /// <summary>Takes a log out of the store: its directory is renamed at once, durably, and removed after
    /// <c>file.delete.delay.ms</c>. Reads under way finish.</summary>
    /// <returns>False when there is no such log.</returns>
    /// <exception cref="DiskException">It could not be renamed and is still there.</exception>
    public bool Delete(TopicPartition partition)
    {
        lock (_gate)
        {
            foreach (LogDirectory directory in _directories)
            {
                if (!directory.Contents.TryGetValue(partition, out PartitionLog? log)) continue;
                string path = Path.Combine(
                    directory.Path,
                    PartitionDirectoryName.Renamed(partition, _options.NewId(), PartitionDirectoryName.DeleteSuffix));
                log.MoveTo(path);
                directory.Contents.TryRemove(partition, out _);
                _disk.SyncDirectory(directory.Path);
                _deletions.Add(Now + (long)log.Options.FileDeleteDelay.TotalMilliseconds, () => log.DeleteFiles());
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes deleted files and directories whose delay has passed.</summary>
    /// <returns>How many.</returns>
    public int RunDeletions() => _deletions.Run(Now);

    /// <summary>Asks for a sync of the logs whose unsynced records are older than their <c>flush.ms</c>.</summary>
    public void RunFlushes()
    {
        foreach (PartitionLog log in Logs) log.RequestFlushIfOld();
    }

    /// <summary>Deletes the segments that the topics' retention no longer wants.</summary>
    /// <returns>How many.</returns>
    public int RunRetention()
    {
        // Recovery finds the state of producers in the records or in a checkpoint; it must not lose both. A disk that is too
        // full for a checkpoint is no reason to keep what fills it.
        WriteCheckpoints();
        return ForEach(log => log.RunRetention());
    }

    /// <summary>Forgets the producers that were idle for <c>producer.id.expiration.ms</c>.</summary>
    /// <returns>How many.</returns>
    public int RunProducerExpiration() => ForEach(log => log.ExpireProducers());

    /// <summary>Tries to bring the logs back that went offline because the disk was full or failed.</summary>
    /// <returns>How many are still offline.</returns>
    public int RunRepairs()
    {
        int offline = 0;
        foreach (LogDirectory directory in _directories) offline += directory.RunRepairs();
        return offline;
    }

    /// <summary>Brings checkpoints up to date, so that recovery after an unclean stop has less to look at.</summary>
    public void WriteCheckpoints()
    {
        foreach (LogDirectory directory in _directories) directory.TryCheckpoint(isClosing: false);
    }

    /// <summary>Makes everything durable, writes indexes, checkpoints and the marker of a clean stop, and lets go of the
    /// directories. Nothing may be appended meanwhile or afterwards. A directory in which something fails gets no marker and
    /// is recovered at the next start.</summary>
    /// <param name="brokerEpoch">Noted in the marker.</param>
    public void CloseCleanly(long brokerEpoch = -1)
    {
        foreach (LogDirectory directory in _directories)
        {
            if (directory.TryCheckpoint(isClosing: true)) directory.MarkClean(brokerEpoch);
        }

        Dispose();
    }

    /// <summary>Lets go of files and directories as they are.</summary>
    public void Dispose()
    {
        foreach (LogDirectory directory in _directories)
        {
            foreach (PartitionLog log in directory.Logs) log.CloseFiles();
            directory.Dispose();
        }
    }

    private int ForEach(Func<PartitionLog, int> action)
    {
        int sum = 0;
        foreach (PartitionLog log in Logs)
        {
            try
            {
                sum += action(log);
            }
            catch (DiskException fault)
            {
                Log.MaintenanceFailed(_logger, fault, log.TopicPartition);
            }
        }

        return sum;
    }

    private PartitionLog LoadLog(LogDirectory directory, LogDirectoryEntry entry, LogOptions options)
    {
        var environment = new LogEnvironment(
            _disk, _handles, directory.Flusher, _deletions, _options, _time, _logger, () => directory.TrySaveOffsets());
        var log = new PartitionLog(environment, new LogLoader(environment, entry, options).Load());
        directory.Contents[entry.Partition] = log;
        return log;
    }
}
