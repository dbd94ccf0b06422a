using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LogBroker.Interop.Tests.Clients;

/// <summary>kcat, which has a command line of its own and no topic admin.</summary>
internal sealed partial class KcatClient() : ForeignClient("kcat")
{
    private const string Program = "kcat";

    // Length-prefixed, so that keys and values may hold any byte: "offset timestamp keyLength valueLength\nKEYVALUE\nheaders\n".
    private const string Format = @"%o %T %K %S\n%k%s\n%h\n";

    protected override string ReadyText => "Reached end of topic";

    public static ProcessCommand Command(string bootstrap, params IReadOnlyList<string> arguments) =>
        new(Program, ["-b", bootstrap, .. arguments]);

    public override Task CreateTopicAsync(string bootstrap, string topic, int partitions, params string[] configs) =>
        throw new NotSupportedException("kcat cannot create topics");

    public override Task DeleteTopicAsync(string bootstrap, string topic) =>
        throw new NotSupportedException("kcat cannot delete topics");

    public override async Task<IReadOnlyList<string>> ListTopicsAsync(string bootstrap)
    {
        ProcessOutcome listed = (await ChildProcess.RunAsync(Command(bootstrap, "-L"))).Succeeded();
        return [.. TopicLine().Matches(listed.Text).Select(match => match.Groups[1].Value)];
    }

    public override async Task<IReadOnlyList<int>> DescribeLeadersAsync(string bootstrap, string topic)
    {
        ProcessOutcome listed = (await ChildProcess.RunAsync(Command(bootstrap, "-L", "-t", topic))).Succeeded();
        return [.. PartitionLine().Matches(listed.Text).Select(match => int.Parse(match.Groups[1].Value))];
    }

    /// <summary>One run a record: kcat takes headers for a whole run.</summary>
    public override async Task PublishAsync(
        string bootstrap, string topic, int partition, string codec, IReadOnlyList<ForeignRecord> records)
    {
        foreach (ForeignRecord record in records)
        {
            ProcessCommand command = Command(
                bootstrap, "-P", "-t", topic, "-p", $"{partition}", "-z", codec, "-K", "\t", "-Z", "-X", "acks=all");
            foreach (ForeignHeader header in record.Headers)
            {
                string value = header.Value is null ? "" : $"={Encoding.UTF8.GetString(header.Value)}";
                command = command.With("-H", header.Name + value);
            }

            byte[] line = [.. record.Key ?? [], (byte)'\t', .. record.Value ?? [], (byte)'\n'];
            (await ChildProcess.RunAsync(command, line)).Succeeded();
        }
    }

    public override async Task<long> FindOffsetAsync(string bootstrap, string topic, int partition, string where)
    {
        string timestamp = where switch { "earliest" => "-2", "latest" => "-1", _ => where["time:".Length..] };
        ProcessCommand command = Command(bootstrap, "-Q", "-t", $"{topic}:{partition}:{timestamp}");
        ProcessOutcome found = (await ChildProcess.RunAsync(command)).Succeeded();
        return long.Parse(found.Text[(found.Text.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    protected override ProcessCommand PullCommand(
        string bootstrap, string topic, int partition, StartPosition from, int count)
    {
        string start = from.Text.Replace("offset:", "").Replace("time:", "s@");
        return Command(bootstrap, "-C", "-t", topic, "-p", $"{partition}", "-o", start, "-c", $"{count}", "-f", Format);
    }

    protected override IReadOnlyList<PulledRecord> ParsePulled(ProcessOutcome outcome)
    {
        var records = new List<PulledRecord>();
        for (ReadOnlySpan<byte> rest = outcome.Output; !rest.IsEmpty;)
        {
            records.Add(ParseOne(ref rest));
        }

        return records;
    }

    private static PulledRecord ParseOne(ref ReadOnlySpan<byte> rest)
    {
        long[] numbers = [.. Encoding.ASCII.GetString(TakeLine(ref rest)).Split(' ').Select(long.Parse)];
        byte[]? key = Take(ref rest, (int)numbers[2]);
        byte[]? value = Take(ref rest, (int)numbers[3]);
        TakeLine(ref rest);
        string headers = Encoding.UTF8.GetString(TakeLine(ref rest));
        return new PulledRecord(
            numbers[0],
            new ForeignRecord(
                numbers[1], key, value, [.. headers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ParseHeader)]));
    }

    private static ForeignHeader ParseHeader(string pair)
    {
        string[] halves = pair.Split('=', 2);
        return new ForeignHeader(halves[0], halves[1] == "NULL" ? null : Encoding.UTF8.GetBytes(halves[1]));
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = rest[..end];
        rest = rest[(end + 1)..];
        return line;
    }

    private static byte[]? Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (length < 0)
        {
            return null;
        }

        byte[] taken = rest[..length].ToArray();
        rest = rest[length..];
        return taken;
    }

    [GeneratedRegex("""^  topic "([^"]+)" with""", RegexOptions.Multiline)]
    private static partial Regex TopicLine();

    [GeneratedRegex(@"^    partition \d+, leader (-?\d+)", RegexOptions.Multiline)]
    private static partial Regex PartitionLine();
}
