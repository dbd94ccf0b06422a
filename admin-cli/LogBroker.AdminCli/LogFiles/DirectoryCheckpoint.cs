using System.Globalization;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>The checkpoints of a data directory: text, a version, a count, and a line for each partition with its topic, its number and an
/// offset.</summary>
internal static class DirectoryCheckpoint
{
    /// <summary>Names the partitions that were compacted.</summary>
    public const string Cleaner = "cleaner-offset-checkpoint";
    public const string LogStart = "log-start-offset-checkpoint";
    public const string RecoveryPoint = "recovery-point-offset-checkpoint";

    /// <summary>What one of them says of a partition; null where it says nothing.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="partition">The partition's folder; the file lies beside it.</param>
    public static long? Of(string file, string partition)
    {
        string path = Path.Combine(partition, "..", file);
        if (!File.Exists(path)) return null;
        string name = Path.GetFileName(partition);
        foreach (string[] fields in File.ReadLines(path).Select(line => line.Split(' ')))
        {
            if (fields is [var topic, var index, var offset] && $"{topic}-{index}" == name
                && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out long at))
            {
                return at;
            }
        }
        return null;
    }
}
