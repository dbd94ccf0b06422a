using System.Globalization;
using System.Text;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;

namespace LogBroker.Storage.Logs;

/// <summary>The <c>meta.properties</c> file of a log directory, as Apache Kafka writes it.</summary>
/// <param name="Owner">Who uses the directory.</param>
/// <param name="DirectoryId">The directory's own id (KIP-858).</param>
internal sealed record MetaProperties(DirectoryOwner Owner, Guid DirectoryId)
{
    private const string FileName = "meta.properties";
    private const string VersionKey = "version";
    private const string ClusterKey = "cluster.id";
    private const string NodeKey = "node.id";
    private const string DirectoryKey = "directory.id";

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="DiskException">It cannot be read, or does not say whose the directory is.</exception>
    public static MetaProperties? Read(IDisk disk, string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (disk.ReadAll(path) is not { } content) return null;
        var values = new Dictionary<string, string>();
        foreach (string line in Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.TrimEntries))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#') values[line[..equals].TrimEnd()] = line[(equals + 1)..].TrimStart();
        }

        if (!values.TryGetValue(ClusterKey, out string? cluster)
            || !int.TryParse(values.GetValueOrDefault(NodeKey), NumberStyles.None, CultureInfo.InvariantCulture, out int node))
        {
            throw new DiskException(
                DiskFault.Other, "read", path, $"it has no {ClusterKey} or no {NodeKey}, which say whose the directory is");
        }

        _ = KafkaUuid.TryParse(values.GetValueOrDefault(DirectoryKey), out Guid id);
        return new MetaProperties(new DirectoryOwner(cluster, node), id);
    }

    /// <summary>Writes the file; durable on return.</summary>
    public void Write(IDisk disk, string directory) => disk.Replace(
        Path.Combine(directory, FileName),
        Encoding.UTF8.GetBytes(
            $"{VersionKey}=1\n{ClusterKey}={Owner.ClusterId}\n{NodeKey}={Owner.NodeId}\n"
            + $"{DirectoryKey}={KafkaUuid.ToText(DirectoryId)}\n"));
}
