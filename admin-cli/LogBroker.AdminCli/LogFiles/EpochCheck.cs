using System.Globalization;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Holds a partition's <c>leader-epoch-checkpoint</c> against its batches.</summary>
/// <remarks>The file is text: a version, a count, and a line for each epoch with the offset it began at.</remarks>
internal static class EpochCheck
{
    public const string FileName = "leader-epoch-checkpoint";

    /// <param name="directory">The partition's folder.</param>
    /// <param name="found">What the batches say.</param>
    /// <param name="closed">The segments, when a broker closed them in order: then the first epoch begins where the log does.</param>
    public static IEnumerable<LogFault> Run(string directory, EpochStarts found, IReadOnlyList<SegmentFiles> closed)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) yield break;
        if (Parse(File.ReadAllLines(path)) is not { } starts)
        {
            yield return Wrong(path, null, "it is not a version, a count and so many lines of an epoch and an offset");
            yield break;
        }

        for (int index = 1; index < starts.Count; index++)
        {
            if (starts[index].Epoch <= starts[index - 1].Epoch || starts[index].Offset < starts[index - 1].Offset)
                yield return Wrong(path, starts[index].Offset, $"epoch {starts[index].Epoch} follows epoch {starts[index - 1].Epoch}");
        }

        // The first batch of each epoch tells what its line should be; retention may have moved it up.
        foreach ((int epoch, long begin) in found.All)
        {
            int at = starts.FindIndex(start => start.Epoch == epoch);
            if (at < 0)
                yield return Wrong(path, begin, $"epoch {epoch} of the batch at {begin} is not in it");
            else if (starts[at].Offset > begin)
                yield return Wrong(path, begin, $"epoch {epoch} began at {begin}, not at {starts[at].Offset}");
        }

        if (starts.Count > 0 && closed.Count > 0 && starts[0].Offset < closed[0].BaseOffset)
        {
            yield return new LogFault(
                LogFaultKind.LostLog, SegmentFiles.PathBeside(closed[0].LogPath, starts[0].Offset), null, starts[0].Offset,
                $"by {FileName} the log begins at {starts[0].Offset}, and its first segment at {closed[0].BaseOffset}");
        }
    }

    private static List<(int Epoch, long Offset)>? Parse(string[] lines)
    {
        // Apache Kafka makes the file empty, and fills it with the first record.
        if (lines.Length == 0) return [];
        if (lines.Length < 2 || lines[0] != "0" || !int.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return null;
        var starts = new List<(int, long)>();
        foreach (string line in lines.Skip(2))
        {
            string[] fields = line.Split(' ');
            if (fields.Length != 2
                || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch)
                || !long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
                return null;
            starts.Add((epoch, offset));
        }

        return starts.Count == count ? starts : null;
    }

    private static LogFault Wrong(string path, long? offset, string message) =>
        new(LogFaultKind.WrongEpochs, path, null, offset, message);
}
