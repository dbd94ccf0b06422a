using System.Text;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;

namespace LogBroker.Storage.Logs;

/// <summary>The <c>partition.metadata</c> file: which topic, by id, a partition's directory belongs to.</summary>
internal static class PartitionMetadataFile
{
    public const string FileName = "partition.metadata";

    private const string VersionLine = "version: 0";
    private const string TopicIdKey = "topic_id: ";

    public static void Write(IDisk disk, string directory, Guid topicId) => disk.Replace(
        Path.Combine(directory, FileName), Content(topicId));

    /// <summary>Writes the file of a partition that nobody relies on before the whole file system is synced.</summary>
    public static void WriteUnsynced(IDisk disk, string directory, Guid topicId)
    {
        using IDiskFile file = disk.Open(Path.Combine(directory, FileName), FileOpening.OrCreate);
        byte[] content = Content(topicId);
        file.Write(content, 0);
        file.SetLength(content.Length);
    }

    /// <summary>The topic's id; empty when the file is missing: nothing was written to the partition then, since the file
    /// comes first.</summary>
    /// <exception cref="DiskException">The file cannot be read or is damaged.</exception>
    public static Guid Read(IDisk disk, string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (disk.ReadAll(path) is not { } content) return Guid.Empty;
        string[] lines = Encoding.ASCII.GetString(content).Split('\n', StringSplitOptions.TrimEntries);
        return lines.Length >= 2 && lines[0] == VersionLine
            && lines[1].StartsWith(TopicIdKey, StringComparison.Ordinal)
            && KafkaUuid.TryParse(lines[1].AsSpan(TopicIdKey.Length), out Guid id)
                ? id
                : throw new DiskException(DiskFault.Other, "read", path, "it does not name a topic id");
    }

    private static byte[] Content(Guid topicId) =>
        Encoding.ASCII.GetBytes($"{VersionLine}\n{TopicIdKey}{KafkaUuid.ToText(topicId)}");
}
