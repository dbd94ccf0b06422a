using System.Collections.Concurrent;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Recovery;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Logs;

/// <content>Finding and opening the logs at the start.</content>
public sealed partial class LogStore
{
    /// <summary>Opens all the logs in the directories. Those that were not closed cleanly are recovered.</summary>
    /// <param name="optionsOf">The settings of a partition by name and topic id (empty when its directory does not say);
    /// null when the topic is unknown, which moves the directory aside as stray. Called from several threads.</param>
    /// <param name="threads">How many logs are opened at once (<c>num.recovery.threads.per.data.dir</c>).</param>
    /// <exception cref="DiskException">A directory cannot be read.</exception>
    public void Load(Func<TopicPartition, Guid, LogOptions?> optionsOf, int threads)
    {
        foreach (LogDirectory directory in _directories)
        {
            bool wasClosedCleanly = CleanShutdownMarker.Take(_disk, directory.Path);
            (Dictionary<TopicPartition, Offset> recoveryPoints, Dictionary<TopicPartition, Offset> starts) =
                directory.ReadCheckpoints();
            var entries = new List<LogDirectoryEntry>();
            foreach (DiskEntry found in _disk.List(directory.Path))
            {
                if (!found.IsDirectory) continue;
                string path = Path.Combine(directory.Path, found.Name);
                if (PartitionDirectoryName.IsMarked(found.Name, PartitionDirectoryName.DeleteSuffix))
                    _deletions.Add(Now, () => _disk.DeleteDirectory(path));
                if (!PartitionDirectoryName.TryParse(found.Name, out TopicPartition partition)) continue;
                entries.Add(new LogDirectoryEntry(
                    partition,
                    PartitionMetadataFile.Read(_disk, path),
                    path,
                    starts.GetValueOrDefault(partition, Offset.Zero),
                    recoveryPoints.GetValueOrDefault(partition, Offset.Zero),
                    wasClosedCleanly));
            }

            LoadAll(directory, entries, optionsOf, threads);
        }
    }

    private void LoadAll(
        LogDirectory directory,
        List<LogDirectoryEntry> entries,
        Func<TopicPartition, Guid, LogOptions?> optionsOf,
        int threads)
    {
        var faults = new ConcurrentQueue<Exception>();
        Parallel.ForEach(
            entries,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads) },
            entry =>
            {
                try
                {
                    if (optionsOf(entry.Partition, entry.TopicId) is { } options) LoadLog(directory, entry, options);
                    else MoveAside(directory, entry);
                }
                catch (DiskException fault)
                {
                    faults.Enqueue(fault);
                }
            });
        if (faults.TryDequeue(out Exception? first)) throw first;
    }

    private void MoveAside(LogDirectory directory, LogDirectoryEntry entry)
    {
        string name = PartitionDirectoryName.Renamed(
            entry.Partition, _options.NewId(), PartitionDirectoryName.StraySuffix);
        _disk.Rename(entry.Directory, Path.Combine(directory.Path, name));
        _disk.SyncDirectory(directory.Path);
        Log.StrayFound(_logger, entry.Partition, entry.TopicId, name);
    }

    private static partial class Log
    {
        [LoggerMessage(
            2002, LogLevel.Warning, "Maintenance of {Partition} failed", EventName = "LogMaintenanceFailed")]
        public static partial void MaintenanceFailed(ILogger logger, DiskException fault, TopicPartition partition);

        [LoggerMessage(
            2001,
            LogLevel.Warning,
            "{Partition} (topic id {TopicId}) is of no known topic; its directory is now {Name}",
            EventName = "StrayPartition")]
        public static partial void StrayFound(ILogger logger, TopicPartition partition, Guid topicId, string name);
    }
}
