using System.Globalization;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Groups;

/// <summary>Offsets in a file: a line TOPIC,PARTITION,OFFSET for each partition, as kafka-consumer-groups writes and reads them.</summary>
internal static class OffsetFile
{
    /// <summary>Writes where a group is to go on.</summary>
    public static void Write(IEnumerable<OffsetMove> moves, TextWriter output)
    {
        foreach (OffsetMove move in moves)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\"{move.Partition.Topic}\",{move.Partition.Partition},{move.After}"));
    }

    /// <exception cref="CommandException">It cannot be read, or a line is not written so.</exception>
    public static IReadOnlyDictionary<TopicPartition, long> Read(string path)
    {
        try
        {
            var offsets = new Dictionary<TopicPartition, long>();
            foreach (string line in File.ReadLines(path).Where(line => !string.IsNullOrWhiteSpace(line)))
            {
                string[] cells = [.. line.Split(',').Select(cell => cell.Trim().Trim('"'))];
                if (cells.Length != 3
                    || !int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
                    || !long.TryParse(cells[2], NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
                {
                    throw new CommandException($"{path} has the line \"{line}\": write TOPIC,PARTITION,OFFSET.", null, ExitCodes.WrongUsage);
                }
                offsets[new TopicPartition(cells[0], partition)] = offset;
            }
            return offsets;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {e.Message}", null);
        }
    }
}
