using System.Globalization;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Finds the partitions below what the user named.</summary>
internal static class LogPaths
{
    /// <summary>The partitions' folders: the one that was named, or those in the data directory that was named.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no partition in it.</exception>
    public static IReadOnlyList<string> PartitionsOf(string path)
    {
        if (File.Exists(path)) throw new DirectoryNotFoundException($"{path} is a file: name its folder, {Path.GetDirectoryName(Path.GetFullPath(path))}.");
        if (!Directory.Exists(path)) throw new DirectoryNotFoundException($"There is no folder {path}.");
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        // A data directory may have such a name too: then it has folders, and a partition files.
        if (IsPartition(full) && (Directory.EnumerateFiles(full, "*.*index").Any() || SegmentFiles.In(full).Count > 0)) return [full];
        string[] found = [.. In(full)];
        return found.Length > 0
            ? found
            : throw new DirectoryNotFoundException($"{path} is no partition's folder (TOPIC-N) and holds none.");
    }

    /// <summary>The partitions of a data directory.</summary>
    public static IEnumerable<string> In(string dataDirectory) => Directory.EnumerateDirectories(dataDirectory).Where(IsPartition).Order(StringComparer.Ordinal);

    private static bool IsPartition(string directory)
    {
        string name = Path.GetFileName(directory);
        int dash = name.LastIndexOf('-');
        return dash > 0 && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
