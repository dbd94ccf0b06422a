using System.Text;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

/// <summary>
/// Reads a topic from its beginning by a client that is not ours and compares it with what its producer was promised. The
/// producer numbers the records of each partition 0, 1, 2, ... and sends them in order.
/// </summary>
internal static class AckedRecordsCheck
{
    private static readonly TimeSpan ReadLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LeaderLimit = TimeSpan.FromSeconds(60);

    public static async Task<Result> RunAsync(string bootstrap, string topic, int partitions, IReadOnlyList<Ack> acks)
    {
        long records = 0;
        var faults = new List<string>();
        for (int partition = 0; partition < partitions; partition++)
        {
            Dictionary<long, long> offsetOf = acks.Where(ack => ack.Partition == partition)
                .ToDictionary(ack => ack.Number, ack => ack.Offset);
            IReadOnlyList<(long Offset, long Number)> log = await ReadAsync(bootstrap, topic, partition);
            records += log.Count;
            faults.AddRange(FaultsOf(log, offsetOf).Take(5).Select(fault => $"{topic}-{partition}: {fault}"));
        }

        return new Result(records, faults);
    }

    /// <summary>Lost, doubled, out of order, or elsewhere than promised.</summary>
    public static IEnumerable<string> FaultsOf(
        IReadOnlyList<(long Offset, long Number)> log, IReadOnlyDictionary<long, long> promisedOffsetOf)
    {
        long expected = 0;
        var found = new HashSet<long>();
        foreach ((long offset, long number) in log)
        {
            if (!found.Add(number))
            {
                yield return $"record {number} is there again at offset {offset}";
            }
            else if (number != expected)
            {
                yield return $"record {number} at offset {offset} where {expected} was due";
            }

            expected = number + 1;
            if (promisedOffsetOf.TryGetValue(number, out long promised) && promised != offset)
            {
                yield return $"record {number} stands at offset {offset}, acknowledged at {promised}";
            }
        }

        foreach (long lost in promisedOffsetOf.Keys.Where(number => !found.Contains(number)).Order())
        {
            yield return $"record {lost}, acknowledged at offset {promisedOffsetOf[lost]}, is lost";
        }
    }

    private static async Task<IReadOnlyList<(long Offset, long Number)>> ReadAsync(string bootstrap, string topic, int partition)
    {
        // The producer goes on writing: an end that stands still is needed.
        long end = await AwaitEndAsync(bootstrap, topic, partition);
        if (end == 0)
        {
            return [];
        }

        ProcessCommand pull = KcatClient.Command(
            bootstrap, "-C", "-t", topic, "-p", $"{partition}", "-o", "beginning", "-c", $"{end}", "-q", "-f", @"%o %s\n");
        ProcessOutcome pulled = (await ChildProcess.RunAsync(pull, timeLimit: ReadLimit)).Succeeded();
        var records = new List<(long, long)>();
        foreach (ReadOnlySpan<char> line in Encoding.ASCII.GetString(pulled.Output).AsSpan().EnumerateLines())
        {
            int space = line.IndexOf(' ');
            if (space > 0)
            {
                records.Add((long.Parse(line[..space]), long.Parse(line[(space + 1)..].TrimEnd('.'))));
            }
        }

        return records;
    }

    // Kafka answers ApiVersions before it leads the partitions of an earlier run.
    private static async Task<long> AwaitEndAsync(string bootstrap, string topic, int partition)
    {
        long end = -1;
        string problem = "";
        await Deadline.PollAsync(
            async () =>
            {
                ProcessOutcome asked = await ChildProcess.RunAsync(
                    KcatClient.Command(bootstrap, "-Q", "-t", $"{topic}:{partition}:-1"));
                problem = asked.Errors;
                return asked.ExitCode == 0 && long.TryParse(asked.Text.AsSpan(asked.Text.LastIndexOf(' ') + 1), out end);
            },
            LeaderLimit,
            () => $"no end offset of {topic}-{partition}: {problem}");
        return end;
    }

    /// <param name="Records">How many records the topic holds.</param>
    /// <param name="Faults">The first few of each partition, empty when all is as promised.</param>
    internal sealed record Result(long Records, IReadOnlyList<string> Faults)
    {
        public bool IsClean => Faults.Count == 0;

        public string Verdict => IsClean ? "clean" : string.Join("; ", Faults);
    }
}
