using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Recovery;

namespace LogBroker.Storage.Logs;

public sealed partial class LogStore
{
    /// <summary>How many syncs it takes to make one log durable by itself.</summary>
    private const int SyncsPerLog = 4;

    /// <summary>Makes the log of a partition, in the directory with the fewest; durable on return.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="topicId">Its topic's id.</param>
    /// <param name="options">Its topic's settings.</param>
    /// <param name="isNew">Whether the partition was just created. The log of an older one may lie in a directory that is
    /// offline, and is not made anew elsewhere.</param>
    /// <exception cref="InvalidOperationException">It exists.</exception>
    /// <exception cref="DiskException">It could not be made, or is there and could not be read.</exception>
    public PartitionLog Create(TopicPartition partition, Guid topicId, LogOptions options, bool isNew = true)
    {
        lock (_gate)
        {
            LogDirectory directory = Place(partition, topicId, isNew);
            string path = MakeDirectory(directory, partition);
            PartitionMetadataFile.Write(_disk, path, topicId);
            PartitionLog log = LoadNew(directory, path, partition, topicId, options);
            _disk.SyncDirectory(path);
            _disk.SyncDirectory(directory.Path);
            return log;
        }
    }

    /// <summary>Makes the logs of many partitions of a topic, durable together on return: many at once cost one sync of the
    /// file system, not several of each. The rest is as for <see cref="Create"/>.</summary>
    /// <exception cref="InvalidOperationException">One exists.</exception>
    /// <exception cref="DiskException">They could not all be made; then none was.</exception>
    public void CreateAll(
        IReadOnlyCollection<TopicPartition> partitions, Guid topicId, LogOptions options, bool isNew = true)
    {
        if (partitions.Count * SyncsPerLog < _options.SyncFileSystemAtLogs)
        {
            foreach (TopicPartition partition in partitions) Create(partition, topicId, options, isNew);
            return;
        }

        lock (_gate)
        {
            var touched = new HashSet<LogDirectory>();
            var created = new List<TopicPartition>();
            try
            {
                foreach (TopicPartition partition in partitions)
                {
                    LogDirectory directory = Place(partition, topicId, isNew);
                    string path = MakeDirectory(directory, partition);
                    created.Add(partition);
                    PartitionMetadataFile.WriteUnsynced(_disk, path, topicId);
                    LoadNew(directory, path, partition, topicId, options);
                    touched.Add(directory);
                }

                foreach (LogDirectory directory in touched) directory.SyncVolume();
            }
            catch (DiskException)
            {
                foreach (TopicPartition partition in created) TryDelete(partition);
                throw;
            }
        }
    }

    private LogDirectory Place(TopicPartition partition, Guid topicId, bool isNew)
    {
        if (TryGet(partition, out _)) throw new InvalidOperationException($"The log of {partition} exists.");
        RefuseOffline(partition, topicId, isNew);
        return DirectoryFor(partition);
    }

    private string MakeDirectory(LogDirectory directory, TopicPartition partition)
    {
        string path = Path.Combine(directory.Path, PartitionDirectoryName.Of(partition));
        _disk.CreateDirectory(path);
        return path;
    }

    private PartitionLog LoadNew(
        LogDirectory directory, string path, TopicPartition partition, Guid topicId, LogOptions options) => LoadLog(
        directory,
        new LogDirectoryEntry(partition, topicId, path, Offset.Zero, Offset.Zero, WasClosedCleanly: false),
        options);

    private void TryDelete(TopicPartition partition)
    {
        try
        {
            Delete(partition);
        }
        catch (DiskException fault)
        {
            Log.MaintenanceFailed(_logger, fault, partition);
        }
    }
}
