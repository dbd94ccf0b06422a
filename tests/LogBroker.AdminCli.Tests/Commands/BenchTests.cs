using System.Text.Json.Nodes;
using LogBroker.AdminCli.Bench;
using LogBroker.Client;
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
        double[] latencies = [.. new[] { "P50", "P95", "P99", "P999", "Max" }.Select(name => (double)result[$"latency{name}Ms"]!)];
        Assert.Equal(latencies.Order(), latencies);
        Assert.InRange((double)result["latencyMeanMs"]!, 0, latencies[^1]);
        Assert.Equal(2000, result["histogram"]!.AsArray().Sum(row => (long)row!["count"]!));
        Assert.Empty((await _cli.RunAsync($"topic list {(string)result["topic"]!}")).Done().Lines);
    }

    [Fact]
    public async Task Bench_OfReading_ReadsWhatIsThere()
    {
        string topic = await _target.CreateTopicAsync("bench", 2);
        await _target.ProduceAsync(topic, 30, partition: 0);
        await _target.ProduceAsync(topic, 20, partition: 1);

        CommandResult read = (await _cli.RunAsync($"bench consume {topic} -o json")).Done();
        Assert.Equal(50, (long)read.Json["records"]!);
        Assert.Equal("50 records of 100000 are there to be read.\n", read.Error);
        Assert.InRange((double)read.Json["latencyP99Ms"]!, 0, (double)read.Json["latencyMaxMs"]!);
        Assert.InRange(read.Json["histogram"]!.AsArray().Sum(row => (long)row!["count"]!), 1, 50);
        Assert.Equal(3000, (long)(await _cli.RunAsync("bench consume -n 3000 -s 100 -o json")).Done().Json["records"]!);
    }

    [Fact]
    public async Task Bench_OfATopicThatIsNotThere_FailsAndMakesNone()
    {
        string topic = await _target.CreateTopicAsync("there");

        Assert.Contains($"Did you mean {topic}?", (await _cli.RunAsync($"bench produce {topic}x -n 10")).Failed().Error, StringComparison.Ordinal);

        (await _cli.RunAsync($"topic describe {topic}x")).Failed();
    }

    [Fact]
    public async Task Bench_OnAProductionProfile_AsksBeforeItWritesAndReadsUnasked()
    {
        string topic = await _target.CreateTopicAsync("prod");
        await _target.ProduceAsync(topic, 3);
        await _cli.RunAsync($"profile set prod -b {_target.Bootstrap} --production true");

        foreach (string line in new[] { "bench produce", $"bench produce {topic}", "bench consume", $"bench end-to-end {topic}" })
            Assert.Contains("--yes", (await _cli.RunAsync($"--profile prod {line} -n 5")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);

        Assert.Equal(3, (long)(await _cli.RunAsync($"--profile prod bench consume {topic} -o json")).Done().Json["records"]!);
    }

    [Fact]
    public async Task Bench_ThatCannotWrite_Fails()
    {
        string topic = await _target.CreateTopicAsync("small", 1, ("max.message.bytes", "100"));

        CommandResult failed = (await _cli.RunAsync($"bench produce {topic} -n 10 -s 1000")).Failed();

        Assert.StartsWith("error: ", failed.Error, StringComparison.Ordinal);
        Assert.Empty(failed.Output);
    }

    [Fact]
    public async Task Bench_OfTheWayThroughThatCannotWrite_SaysWhyAtOnce()
    {
        string topic = await _target.CreateTopicAsync("small", 1, ("max.message.bytes", "100"));

        CommandResult failed = (await _cli.RunAsync($"bench end-to-end {topic} -n 10 -s 1000")).Failed();

        Assert.DoesNotContain("came back", failed.Error, StringComparison.Ordinal);
        Assert.Contains("large", failed.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Bench_OfTheWayThroughATopicOthersWriteTo_CountsItsOwn()
    {
        string topic = await _target.CreateTopicAsync("others");
        Task<CommandResult> measuring = _cli.RunAsync($"bench end-to-end {topic} -n 20 --rate 40 -s 100 -o json");
        while (!measuring.IsCompleted) await _target.ProduceAsync(topic, 5);

        JsonNode result = (await measuring).Done().Json;

        Assert.Equal(20, result["histogram"]!.AsArray().Sum(row => (long)row!["count"]!));
        Assert.InRange((double)result["latencyMaxMs"]!, 0, 60_000);
    }

    [KafkaOnlyFact]
    public async Task Bench_OfReadingATopicWithTransactions_EndsBehindTheLastMarker()
    {
        string topic = await _target.CreateTopicAsync("marked", 2);
        await using LogBrokerClient client = _target.NewClient();
        await using (var producer = client.CreateTransactionalProducer<Null, string>(ClientTarget.NewName("marker")))
        {
            await producer.BeginTransactionAsync();
            for (int index = 0; index < 4; index++)
                await producer.ProduceAsync(new ProducerRecord<Null, string>(topic, default, "v") { Partition = index % 2 });
            await producer.CommitAsync();
        }

        Assert.Equal(4, (long)(await _cli.RunAsync($"bench consume {topic} -o json")).Done().Json["records"]!);
        Assert.Equal(4, (long)(await _cli.RunAsync($"bench consume {topic} -X isolation.level=read_committed -o json")).Done().Json["records"]!);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Bench_ThatTakesLong_ShowsProgressOnATerminalOnly(bool isTerminal, bool shows)
    {
        string topic = await _target.CreateTopicAsync("long");

        CommandResult result = (await new CommandLineUnderTest(_target) { IsErrorTerminal = isTerminal }
            .RunAsync($"bench produce {topic} -n 30 --rate 20 -s 10 -o json")).Done();

        Assert.Equal(shows, result.Error.Contains(" of 30, ", StringComparison.Ordinal));
        Assert.Equal(30, (long)result.Json["records"]!);
    }

    [Fact]
    public async Task Bench_OfTooSmallRecords_IsWrongUsage() => (await _cli.RunAsync("bench end-to-end -s 15")).Failed(ExitCodes.WrongUsage);

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
        Assert.Equal(1000, histogram.Rows(atMost: 12).Sum(row => row.Count));
    }

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(300, 350)]
    [InlineData(5, 5)]
    public void Rows_OfLatencies_AreAsFineAsTheyMayBe(int from, int to)
    {
        var histogram = new LatencyHistogram();
        for (int latency = from; latency <= to; latency++) histogram.Add(TimeSpan.FromMilliseconds(latency));

        IReadOnlyList<(TimeSpan UpTo, long Count)> rows = histogram.Rows(atMost: 12);

        // Where three in a hundred is all the histogram knows, it cannot be finer.
        Assert.InRange(rows.Count, Math.Min(6, 1 + (int)((double)(to - from) / to / 0.04)), 12);
        Assert.Equal(rows.Select(row => row.UpTo).Order(), rows.Select(row => row.UpTo));
        Assert.InRange(rows[^1].UpTo.TotalMilliseconds, to, to * 2);
        for (int row = 0; row < rows.Count; row++)
            Assert.Equal(Enumerable.Range(from, to - from + 1).Count(latency => latency <= rows[row].UpTo.TotalMilliseconds), rows.Take(row + 1).Sum(taken => taken.Count));
    }
}
