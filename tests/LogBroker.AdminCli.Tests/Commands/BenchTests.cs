using LogBroker.AdminCli.Bench;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

public sealed class BenchTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("produce")]
    [InlineData("end-to-end")]
    public async Task Bench_OfLatencies_TellsPercentilesAndAHistogram(string kind)
    {
        var result = (await _cli.RunAsync($"bench {kind} -n 2000 -s 100 -p 2 -o json")).Done().Json;

        Assert.Equal(2000, (long)result["records"]!);
        Assert.True((double)result["recordsPerSecond"]! > 0);
        Assert.True((double)result["latencyP50Ms"]! <= (double)result["latencyP99Ms"]!);
        Assert.True((double)result["latencyP99Ms"]! <= (double)result["latencyMaxMs"]!);
        Assert.Equal(2000, result["histogram"]!.AsArray().Sum(row => (long)row!["count"]!));
        Assert.Empty((await _cli.RunAsync($"topic list {(string)result["topic"]!}")).Done().Lines);
    }

    [Fact]
    public async Task Bench_OfReading_ReadsWhatIsThere()
    {
        string topic = await _target.CreateTopicAsync("bench", 2);
        await _target.ProduceAsync(topic, 30, partition: 0);
        await _target.ProduceAsync(topic, 20, partition: 1);

        Assert.Equal(50, (long)(await _cli.RunAsync($"bench consume {topic} -o json")).Done().Json["records"]!);
        Assert.Equal(3000, (long)(await _cli.RunAsync("bench consume -n 3000 -s 100 -o json")).Done().Json["records"]!);
    }

    [Fact]
    public async Task Bench_OfTooSmallRecords_IsWrongUsage() => (await _cli.RunAsync("bench produce -s 1")).Failed(ExitCodes.WrongUsage);

    [Theory]
    [InlineData(0.5, 500)]
    [InlineData(0.99, 990)]
    [InlineData(1, 1000)]
    public void Percentile_OfKnownLatencies_IsWithinThreeInAHundred(double share, double milliseconds)
    {
        var histogram = new LatencyHistogram();
        for (int latency = 1; latency <= 1000; latency++) histogram.Add(TimeSpan.FromMilliseconds(latency));

        Assert.InRange(histogram.Percentile(share).TotalMilliseconds, milliseconds, milliseconds * 1.032);
        Assert.Equal(1000, histogram.Max.TotalMilliseconds);
        Assert.Equal(500.5, histogram.Mean.TotalMilliseconds);
        Assert.Equal(1000, histogram.Doublings().Sum(row => row.Count));
    }

    [Fact]
    public async Task Demo_OfAFewSeconds_ShowsWhatFlowsAndIsRemoved()
    {
        CommandResult demo = (await _cli.RunAsync("demo --seconds 3 --rate 200 -o ndjson")).Done();

        Assert.Equal(12, demo.Lines.Length);
        Assert.Contains(demo.Lines, line => line.Contains("demo.sales", StringComparison.Ordinal));
        Assert.Contains("removed", (await _cli.RunAsync("demo --clean")).Done().Output, StringComparison.Ordinal);
        Assert.Empty((await _cli.RunAsync("topic list demo.page-views")).Done().Lines);
    }
}
