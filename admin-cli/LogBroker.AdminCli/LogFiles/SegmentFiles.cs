using System.Globalization;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>The files of one segment, found by its log.</summary>
/// <param name="LogPath">The <c>.log</c> file.</param>
/// <param name="BaseOffset">What its name says.</param>
internal sealed record SegmentFiles(string LogPath, long BaseOffset)
{
    public string OffsetIndexPath => Path.ChangeExtension(LogPath, ".index");

    public string TimeIndexPath => Path.ChangeExtension(LogPath, ".timeindex");

    public string TransactionIndexPath => Path.ChangeExtension(LogPath, ".txnindex");

    /// <summary>The segments of a partition's folder, in the order of their names.</summary>
    public static IReadOnlyList<SegmentFiles> In(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*.log").Select(Of).OfType<SegmentFiles>().OrderBy(segment => segment.BaseOffset),
    ];

    /// <summary>The segment a file is the log of; null when it is not named like one.</summary>
    public static SegmentFiles? Of(string path) =>
        Path.GetExtension(path) == ".log"
            && long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            ? new SegmentFiles(path, offset)
            : null;
}
