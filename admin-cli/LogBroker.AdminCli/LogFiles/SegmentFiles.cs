using System.Globalization;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>The files of one segment, found by its log.</summary>
/// <param name="LogPath">The <c>.log</c> file.</param>
/// <param name="BaseOffset">What its name says.</param>
internal sealed record SegmentFiles(string LogPath, long BaseOffset)
{
    public const string TransactionIndexExtension = ".txnindex";

    private static readonly string[] IndexExtensions = [".index", ".timeindex", TransactionIndexExtension];

    public string OffsetIndexPath => Path.ChangeExtension(LogPath, ".index");

    public string TimeIndexPath => Path.ChangeExtension(LogPath, ".timeindex");

    public string TransactionIndexPath => Path.ChangeExtension(LogPath, TransactionIndexExtension);

    /// <summary>The segments of a partition's folder, in the order of their names.</summary>
    public static IReadOnlyList<SegmentFiles> In(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*.log").Select(Of).OfType<SegmentFiles>().OrderBy(segment => segment.BaseOffset),
    ];

    /// <summary>The logs that indexes in a partition's folder are of and that are not there.</summary>
    public static IEnumerable<string> LostIn(string directory) =>
        Directory.EnumerateFiles(directory).Where(file => IndexExtensions.Contains(Path.GetExtension(file)))
            .Select(file => Path.ChangeExtension(file, ".log")).Distinct(StringComparer.Ordinal).Where(log => Of(log) is not null && !File.Exists(log)).Order(StringComparer.Ordinal);

    /// <summary>The log that begins at an offset, in the folder of another one.</summary>
    public static string PathBeside(string log, long baseOffset) => Path.Combine(Path.GetDirectoryName(log)!, $"{baseOffset:D20}.log");

    /// <summary>The offset a segment's file is named by, whichever of its files it is; null for files that are none of a segment.</summary>
    public static long? BaseOffsetOf(string path) => Of(Path.ChangeExtension(path, ".log"))?.BaseOffset;

    /// <summary>The segment a file is the log of; null when it is not named like one.</summary>
    public static SegmentFiles? Of(string path) =>
        Path.GetExtension(path) == ".log"
            && long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            ? new SegmentFiles(path, offset)
            : null;
}
