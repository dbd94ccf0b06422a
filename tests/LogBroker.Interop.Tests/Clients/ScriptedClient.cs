using System.Text;

namespace LogBroker.Interop.Tests.Clients;

/// <summary>A client library driven by one of our small programs, all with the command line of Clients/README.md.</summary>
internal sealed class ScriptedClient(string name, ProcessCommand program) : ForeignClient(name)
{
    public override Task CreateTopicAsync(string bootstrap, string topic, int partitions, params string[] configs) =>
        RunAsync(bootstrap, ["create", topic, $"{partitions}", .. configs]);

    public override Task DeleteTopicAsync(string bootstrap, string topic) => RunAsync(bootstrap, ["delete", topic]);

    public override async Task<IReadOnlyList<string>> ListTopicsAsync(string bootstrap) =>
        (await RunAsync(bootstrap, ["list"])).Lines;

    public override async Task<IReadOnlyList<int>> DescribeLeadersAsync(string bootstrap, string topic)
    {
        ProcessOutcome outcome = await ChildProcess.RunAsync(program.With(bootstrap, "describe", topic));
        return outcome.ExitCode != 0 ? [] : [.. outcome.Lines.Select((line, index) => ParseLeader(line, index))];
    }

    public override Task PublishAsync(
        string bootstrap, string topic, int partition, string codec, IReadOnlyList<ForeignRecord> records) =>
        RunAsync(bootstrap, ["produce", topic, $"{partition}", codec], string.Concat(records.Select(r => $"{r}\n")));

    public override async Task<long> FindOffsetAsync(string bootstrap, string topic, int partition, string where) =>
        long.Parse((await RunAsync(bootstrap, ["offset", topic, $"{partition}", where])).Lines[^1]);

    protected override ProcessCommand PullCommand(
        string bootstrap, string topic, int partition, StartPosition from, int count) =>
        program.With(bootstrap, "consume", topic, $"{partition}", from.Text, $"{count}");

    protected override IReadOnlyList<PulledRecord> ParsePulled(ProcessOutcome outcome) =>
        [.. outcome.Lines.Select(PulledRecord.ParseLine)];

    private static int ParseLeader(string line, int index)
    {
        string[] fields = line.Split('\t');
        Assert.Equal(index, int.Parse(fields[0]));
        return int.Parse(fields[1]);
    }

    private async Task<ProcessOutcome> RunAsync(string bootstrap, IReadOnlyList<string> arguments, string input = "")
    {
        ProcessOutcome outcome = await ChildProcess.RunAsync(
            program.With([bootstrap, .. arguments]), Encoding.UTF8.GetBytes(input));
        return outcome.Succeeded();
    }
}
