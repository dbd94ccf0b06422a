using System.Collections.Concurrent;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Recovery;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Logs;

/// <content>Directories, and logs in them, that could not be opened at the start.</content>
public sealed partial class LogStore
{
    private readonly List<OfflineLogDirectory> _offlineDirectories = [];
    private readonly ConcurrentDictionary<TopicPartition, OfflineLog> _offlineLogs = new();
    private DiskException? _firstFault;

    /// <summary>The log directories that failed at the start. Their partitions stay offline until the next one.</summary>
    public IReadOnlyList<OfflineLogDirectory> OfflineDirectories => _offlineDirectories;

    /// <summary>The partitions whose directory was found and could not be opened. They stay offline until the next start.
    /// </summary>
    public IEnumerable<TopicPartition> OfflineLogs => _offlineLogs.Keys;

    /// <summary>Whether a log of a directory cannot be written, or could not be opened at all.</summary>
    public bool HasOfflineLog(LogDirectory directory) =>
        directory.Logs.Any(log => !log.State.IsOnline)
        || _offlineLogs.Values.Any(log => Path.GetDirectoryName(log.Entry.Directory) == directory.Path);

    /// <summary>Notes in each directory whose it is, in <c>meta.properties</c>, and gives it an id; called once, before
    /// <see cref="Load"/>.</summary>
    /// <param name="owner">The cluster and this broker's number in it.</param>
    /// <exception cref="ForeignLogDirectoryException">A directory belongs to another cluster or broker.</exception>
    /// <exception cref="DiskException">No directory can be written.</exception>
    public void Claim(DirectoryOwner owner)
    {
        foreach (LogDirectory directory in _directories.ToArray())
        {
            try
            {
                directory.Claim(owner);
            }
            catch (DiskException fault)
            {
                directory.Dispose();
                _directories.Remove(directory);
                TakeOffline(directory.Path, fault);
            }
        }

        RequireDirectory();
    }

    private void OpenDirectory(string path)
    {
        try
        {
            _directories.Add(new LogDirectory(_disk, path, _options, _logger));
        }
        catch (DiskException fault)
        {
            TakeOffline(path, fault);
        }
    }

    private void RequireDirectory()
    {
        if (_directories.Count == 0) throw _firstFault!;
    }

    private void TakeOffline(string directory, DiskException fault)
    {
        _firstFault ??= fault;
        _offlineDirectories.Add(new OfflineLogDirectory(directory, fault.Message));
        Log.DirectoryOffline(_logger, fault, directory, fault.Message);
    }

    private void TakeOffline(LogDirectoryEntry entry, string reason, Exception? fault)
    {
        _offlineLogs[entry.Partition] = new OfflineLog(entry, reason);
        Log.CannotOpen(_logger, fault, entry.Partition, reason);
    }

    /// <summary>Refuses to make a log anew that is there but could not be opened; what is left of another topic of that name
    /// is moved out of the way.</summary>
    private void RefuseOffline(TopicPartition partition, Guid topicId, bool isNew)
    {
        if (_offlineLogs.TryGetValue(partition, out OfflineLog? log))
        {
            LogDirectoryEntry entry = log.Entry;
            if (entry.TopicId == topicId || entry.TopicId == Guid.Empty)
                throw new DiskException(DiskFault.Other, "open", entry.Directory, log.Reason);
            MoveAside(Path.GetDirectoryName(entry.Directory)!, entry);
            _offlineLogs.TryRemove(partition, out _);
        }

        if (!isNew && _offlineDirectories is [{ } offline, ..])
        {
            throw new DiskException(
                DiskFault.Other, "create", partition.ToString(), $"it may be in {offline.Path}, which is offline");
        }
    }

    /// <summary>Where an attempt that failed left a directory, else where the fewest logs are.</summary>
    private LogDirectory DirectoryFor(TopicPartition partition) =>
        _directories.Find(
            candidate => _disk.DirectoryExists(Path.Combine(candidate.Path, PartitionDirectoryName.Of(partition))))
        ?? _directories.MinBy(candidate => candidate.Contents.Count)!;

    private sealed record OfflineLog(LogDirectoryEntry Entry, string Reason);

    private static partial class Log
    {
        [LoggerMessage(
            2001,
            LogLevel.Warning,
            "{Partition} (topic id {TopicId}) is of no known topic; its directory is now {Name}",
            EventName = "StrayPartition")]
        public static partial void StrayFound(ILogger logger, TopicPartition partition, Guid topicId, string name);

        [LoggerMessage(
            2002, LogLevel.Warning, "Maintenance of {Partition} failed", EventName = "LogMaintenanceFailed")]
        public static partial void MaintenanceFailed(ILogger logger, DiskException fault, TopicPartition partition);

        [LoggerMessage(
            2005,
            LogLevel.Error,
            "{Partition} cannot be opened and is offline until the next start: {Reason}",
            EventName = "LogCannotOpen")]
        public static partial void CannotOpen(
            ILogger logger, Exception? fault, TopicPartition partition, string reason);

        [LoggerMessage(
            2006,
            LogLevel.Error,
            "The log directory {Directory} is offline until the next start, with all partitions in it: {Reason}",
            EventName = "LogDirectoryOffline")]
        public static partial void DirectoryOffline(
            ILogger logger, DiskException fault, string directory, string reason);
    }
}

/// <summary>A log directory that failed at the start.</summary>
/// <param name="Path">Which.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record OfflineLogDirectory(string Path, string Reason);
