using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Recovery;

/// <summary>The files in a log's directory, sorted out.</summary>
internal sealed class LogFiles
{
    private LogFiles(SortedDictionary<Offset, SegmentFiles> segments, IReadOnlyList<Offset> snapshots)
    {
        Segments = segments;
        Snapshots = snapshots;
    }

    /// <summary>The segments by base offset.</summary>
    public SortedDictionary<Offset, SegmentFiles> Segments { get; }

    /// <summary>The offsets of the producer snapshots.</summary>
    public IReadOnlyList<Offset> Snapshots { get; }

    /// <summary>Lists the directory, and deletes what was left to be deleted and what belongs to nothing.</summary>
    /// <exception cref="DiskException">It cannot be listed, or a segment is no file.</exception>
    public static LogFiles Find(IDisk disk, string directory)
    {
        var segments = new SortedDictionary<Offset, SegmentFiles>();
        var snapshots = new List<Offset>();
        foreach (DiskEntry entry in disk.List(directory))
        {
            if (entry.IsDirectory)
            {
                RefuseInPlaceOfLog(directory, entry.Name);
                continue;
            }

            if (IsLeftover(entry.Name)) disk.DeleteFile(Path.Combine(directory, entry.Name));
            else if (SegmentFileNames.TryParse(entry.Name, SegmentFileNames.ProducerSnapshot, out Offset snapshot))
                snapshots.Add(snapshot);
            else if (SegmentFileNames.TryParse(entry.Name, SegmentFileNames.Log, out Offset log))
                Of(log).TakeLog(entry);
            else if (SegmentFileNames.TryParse(entry.Name, SegmentFileNames.OffsetIndex, out Offset offsets))
                Of(offsets).OffsetIndexBytes = entry.SizeInBytes;
            else if (SegmentFileNames.TryParse(entry.Name, SegmentFileNames.TimeIndex, out Offset times))
                Of(times).TimeIndexBytes = entry.SizeInBytes;
            else if (SegmentFileNames.TryParse(entry.Name, SegmentFileNames.TransactionIndex, out Offset aborted))
                Of(aborted).TransactionIndexBytes = entry.SizeInBytes;
        }

        foreach (Offset orphan in segments.Keys.Where(offset => segments[offset].LogBytes is null).ToArray())
        {
            DeleteIndexes(disk, directory, orphan);
            segments.Remove(orphan);
        }

        return new LogFiles(segments, snapshots);

        SegmentFiles Of(Offset baseOffset)
        {
            if (!segments.TryGetValue(baseOffset, out SegmentFiles? files))
                segments.Add(baseOffset, files = new SegmentFiles());
            return files;
        }
    }

    /// <summary>Records would be missing without a word if a segment that cannot be read were passed over.</summary>
    private static void RefuseInPlaceOfLog(string directory, string name)
    {
        if (SegmentFileNames.TryParse(name, SegmentFileNames.Log, out _))
            throw new DiskException(DiskFault.Other, "open", Path.Combine(directory, name), "it is a directory");
    }

    private static bool IsLeftover(string name) =>
        name.EndsWith(SegmentFileNames.Deleted, StringComparison.Ordinal)
        || name.EndsWith(SegmentFileNames.Cleaned, StringComparison.Ordinal)
        || name.EndsWith(DiskFiles.TemporarySuffix, StringComparison.Ordinal);

    private static void DeleteIndexes(IDisk disk, string directory, Offset baseOffset)
    {
        foreach (string suffix in (ReadOnlySpan<string>)
            [SegmentFileNames.OffsetIndex, SegmentFileNames.TimeIndex, SegmentFileNames.TransactionIndex])
            disk.DeleteFile(Path.Combine(directory, SegmentFileNames.Of(baseOffset, suffix)));
    }
}

/// <summary>The lengths of the files of a segment; null for those that are not there.</summary>
internal sealed class SegmentFiles
{
    public long? LogBytes { get; private set; }

    public DateTimeOffset LastWritten { get; private set; }

    public long? OffsetIndexBytes { get; set; }

    public long? TimeIndexBytes { get; set; }

    public long? TransactionIndexBytes { get; set; }

    public void TakeLog(DiskEntry entry)
    {
        LogBytes = entry.SizeInBytes;
        LastWritten = entry.LastWritten;
    }
}
