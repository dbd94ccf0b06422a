using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Recovery;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <content>Finding and opening the logs at the start.</content>
public sealed partial class LogStore
{
    /// <summary>Opens all the logs in the directories. Those that were not closed cleanly are recovered; those that cannot be
    /// opened stay offline until the next start.</summary>
    /// <param name="optionsOf">The settings of a partition by name and topic id (empty when its directory does not say);
    /// null when the topic is unknown, which moves the directory aside as stray. Called from several threads.</param>
    /// <param name="threads">How many logs are opened at once (<c>num.recovery.threads.per.data.dir</c>).</param>
    /// <exception cref="DiskException">No directory can be read.</exception>
    public void Load(Func<TopicPartition, Guid, LogOptions?> optionsOf, int threads)
    {
        var found = new List<(LogDirectory Directory, LogDirectoryEntry Entry)>();
        foreach (LogDirectory directory in _directories.ToArray())
        {
            try
            {
                found.AddRange(Find(directory).Select(entry => (directory, entry)));
            }
            catch (DiskException fault)
            {
                directory.Dispose();
                _directories.Remove(directory);
                TakeOffline(directory.Path, fault);
            }
        }

        RequireDirectory();
        LeaveOutDoubles(found);
        Parallel.ForEach(
            found,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads) },
            item => TryLoad(item.Directory, item.Entry, optionsOf));
    }

    /// <summary>Lists the partitions in a directory.</summary>
    private List<LogDirectoryEntry> Find(LogDirectory directory)
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
                Guid.Empty,
                path,
                starts.GetValueOrDefault(partition, Offset.Zero),
                recoveryPoints.GetValueOrDefault(partition, Offset.Zero),
                wasClosedCleanly));
        }

        return entries;
    }

    /// <summary>A partition that is in two directories has its records in one of them, and nobody knows in which.</summary>
    private void LeaveOutDoubles(List<(LogDirectory Directory, LogDirectoryEntry Entry)> found)
    {
        foreach (var doubles in found.GroupBy(item => item.Entry.Partition).Where(group => group.Count() > 1).ToArray())
        {
            found.RemoveAll(item => item.Entry.Partition == doubles.Key);
            string paths = string.Join(" and ", doubles.Select(item => item.Entry.Directory));
            TakeOffline(doubles.First().Entry, $"It is in {paths}.", null);
        }
    }

    private void TryLoad(
        LogDirectory directory, LogDirectoryEntry found, Func<TopicPartition, Guid, LogOptions?> optionsOf)
    {
        LogDirectoryEntry entry = found;
        try
        {
            entry = found with { TopicId = TopicIdOf(found.Directory) };
            if (optionsOf(entry.Partition, entry.TopicId) is { } options) LoadLog(directory, entry, options);
            else MoveAside(directory.Path, entry);
        }
        catch (Exception fault) when (fault is DiskException or InvalidRecordException)
        {
            TakeOffline(entry, fault.Message, fault);
        }
    }

    /// <summary>The topic's id by the partition's metadata file. A power cut while the partition was made may leave that file
    /// damaged, but then there are no records yet; with records a damaged file is a fault.</summary>
    private Guid TopicIdOf(string directory)
    {
        try
        {
            return PartitionMetadataFile.Read(_disk, directory);
        }
        catch (DiskException) when (!HasRecords(directory))
        {
            return Guid.Empty;
        }
    }

    private bool HasRecords(string directory) => _disk.List(directory).Any(
        entry => (entry.IsDirectory || entry.SizeInBytes > 0)
            && SegmentFileNames.TryParse(entry.Name, SegmentFileNames.Log, out _));

    private void MoveAside(string directory, LogDirectoryEntry entry)
    {
        string name = PartitionDirectoryName.Renamed(
            entry.Partition, _options.NewId(), PartitionDirectoryName.StraySuffix);
        _disk.Rename(entry.Directory, Path.Combine(directory, name));
        _disk.SyncDirectory(directory);
        Log.StrayFound(_logger, entry.Partition, entry.TopicId, name);
    }
}
