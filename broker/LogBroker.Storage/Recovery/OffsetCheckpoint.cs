using System.Globalization;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;

namespace LogBroker.Storage.Recovery;

/// <summary>A file with an offset for each partition of a directory, as Apache Kafka writes it: recovery points, log start
/// offsets, high watermarks.</summary>
/// <remarks>Any thread, but one writer at a time. Replaced atomically and synced. A damaged file counts as empty, which
/// makes recovery longer but loses nothing.</remarks>
public sealed class OffsetCheckpoint(IDisk disk, string path)
{
    public const string RecoveryPoints = "recovery-point-offset-checkpoint";
    public const string LogStartOffsets = "log-start-offset-checkpoint";
    public const string HighWatermarks = "replication-offset-checkpoint";

    private byte[]? _written;

    /// <summary>Reads all entries; none when the file is missing, damaged or cannot be read.</summary>
    public Dictionary<TopicPartition, Offset> Read()
    {
        _ = TryRead(out Dictionary<TopicPartition, Offset> offsets);
        return offsets;
    }

    /// <summary>Reads all entries that can be read.</summary>
    /// <returns>False when the file is damaged or cannot be read.</returns>
    public bool TryRead(out Dictionary<TopicPartition, Offset> offsets)
    {
        offsets = [];
        byte[]? content;
        try
        {
            content = disk.ReadAll(path);
        }
        catch (DiskException)
        {
            return false;
        }

        if (content is null) return true;
        if (!CheckpointText.TryParse(content, out string[] entries)) return false;
        foreach (string entry in entries)
        {
            string[] fields = entry.Split(' ');
            if (fields.Length == 3
                && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
                && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
                offsets[new TopicPartition(fields[0], partition)] = new Offset(offset);
        }

        return offsets.Count == entries.Length;
    }

    /// <summary>Puts these entries in the place of all others; durable on return.</summary>
    /// <exception cref="DiskException">The old file is still there.</exception>
    public void Write(IEnumerable<KeyValuePair<TopicPartition, Offset>> offsets)
    {
        byte[] content = CheckpointText.Format(
            [.. offsets.Select(entry => $"{entry.Key.Topic} {entry.Key.Partition} {entry.Value}")]);
        if (_written is not null && content.AsSpan().SequenceEqual(_written)) return;
        disk.Replace(path, content);
        _written = content;
    }
}
