using System.Globalization;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Holds a partition's <c>leader-epoch-checkpoint</c> against its batches.</summary>
/// <remarks>The file is text: a version, a count, and a line for each epoch with the offset it began at. Of the batches, which it is shown one
/// after the other, it keeps the first of each epoch.</remarks>
internal sealed class EpochCheck
{
    public const string FileName = "leader-epoch-checkpoint";

    private readonly Dictionary<int, BatchSummary> _firsts = [];
    private readonly string _directory;
    private readonly long _logStart;

    /// <param name="directory">The partition's folder.</param>
    /// <exception cref="IOException">Where the log starts cannot be read.</exception>
    public EpochCheck(string directory) =>
        (_directory, _logStart) = (directory, DirectoryCheckpoint.Of(DirectoryCheckpoint.LogStart, directory) ?? 0);

    /// <summary>Takes note of the next batch. Records before the log's start are gone, though their segment is still there, and their epochs with
    /// them.</summary>
    public void Take(BatchSummary batch)
    {
        if (batch.LastOffset >= _logStart && batch.LeaderEpoch >= 0) _firsts.TryAdd(batch.LeaderEpoch, batch);
    }

    /// <summary>What is wrong with the file.</summary>
    public IEnumerable<LogFault> Judge()
    {
        string path = Path.Combine(_directory, FileName);
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
        foreach (BatchSummary first in _firsts.Values.OrderBy(first => first.BaseOffset))
        {
            long begin = Math.Max(first.BaseOffset, _logStart);
            int at = starts.FindIndex(start => start.Epoch == first.LeaderEpoch);
            if (at < 0)
                yield return Wrong(path, first.BaseOffset, $"epoch {first.LeaderEpoch} of the batch at {first.BaseOffset} is not in it");
            else if (starts[at].Offset > begin)
                yield return Wrong(path, first.BaseOffset, $"epoch {first.LeaderEpoch} began at {begin}, not at {starts[at].Offset}");
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
