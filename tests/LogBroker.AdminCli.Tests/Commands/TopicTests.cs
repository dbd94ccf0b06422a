using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

public sealed class TopicTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Create_OfTwo_TellsOfEach()
    {
        (string one, string two) = (ClientTarget.NewName("one"), ClientTarget.NewName("two"));

        CommandResult created = (await _cli.RunAsync($"topic create {one} {two} -p 3 -r 1 --config retention.ms=1000")).Done();

        Assert.Equal([$"{one}\tcreated\t3\t1\t", $"{two}\tcreated\t3\t1\t"], created.Lines);
    }

    [Fact]
    public async Task Create_OfOneThatExists_FailsForThatOneOnly()
    {
        (string old, string other) = (await _target.CreateTopicAsync("old"), ClientTarget.NewName("other"));

        CommandResult created = (await _cli.RunAsync($"topic create {old} {other} -p 1")).Failed();

        Assert.StartsWith($"{old}\tfailed", created.Lines[0], StringComparison.Ordinal);
        Assert.Matches($"^error: {old}: .*\ntry:   --if-not-exists, ", created.Error);
        Assert.StartsWith($"{other}\tcreated", created.Lines[1], StringComparison.Ordinal);
        (await _cli.RunAsync($"topic create {old} --if-not-exists")).Done();
    }

    [Fact]
    public async Task Create_OfOneThatExists_OnANarrowTerminal_ShowsNameAndStatusWhole()
    {
        string topic = await _target.CreateTopicAsync("narrow");

        CommandResult failed = (await new CommandLineUnderTest(_target) { IsTerminal = true }.RunAsync($"topic create {topic} --no-color")).Failed();

        Assert.StartsWith("TOPIC", failed.Lines[0], StringComparison.Ordinal);
        Assert.Equal($"{topic}  failed", failed.Lines[1]);
        Assert.StartsWith("  ", failed.Lines[2], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', failed.Output);
    }

    [Fact]
    public async Task Create_AsADryRun_CreatesNothing()
    {
        string topic = ClientTarget.NewName("dry");

        Assert.Contains("would be created", (await _cli.RunAsync($"topic create {topic} --dry-run")).Done().Output, StringComparison.Ordinal);

        (await _cli.RunAsync($"topic describe {topic}")).Failed();
    }

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("yaml")]
    [InlineData("plain")]
    public async Task List_InAFormat_HasEveryColumn(string format)
    {
        string topic = await _target.CreateTopicAsync("listed", 2);

        string output = (await _cli.RunAsync($"topic list ^{topic}$ --output {format}")).Done().Output.TrimEnd();

        string id = (string)(await _cli.RunAsync($"topic describe {topic} -o json")).Done().Json[0]!["id"]!;
        string expected = format switch
        {
            "table" => $"TOPIC{new string(' ', topic.Length - 3)}PARTITIONS  INTERNAL  ID\n{topic}           2            {id}",
            "json" => $$"""
                [
                  {
                    "topic": "{{topic}}",
                    "partitions": 2,
                    "internal": false,
                    "id": "{{id}}"
                  }
                ]
                """,
            "ndjson" => $$"""{"topic":"{{topic}}","partitions":2,"internal":false,"id":"{{id}}"}""",
            "yaml" => $"- topic: {topic}\n  partitions: 2\n  internal: false\n  id: {id}",
            _ => $"{topic}\t2\tfalse\t{id}",
        };
        Assert.Equal(expected, output);
    }

    [Fact]
    public async Task Describe_OfATopic_TellsPartitionsOffsetsAndItsOwnSettings()
    {
        string topic = await _target.CreateTopicAsync("described", 2, ("retention.ms", "12345"));

        var described = (await _cli.RunAsync($"topic describe {topic} -o json")).Done().Json[0]!;

        Assert.Equal(2, (int)described["partitions"]!);
        Assert.Equal(0, (long)described["partitionList"]![1]!["endOffset"]!);
        Assert.Equal("12345", (string?)described["configs"]!.AsArray().Single(config => (string?)config!["key"] == "retention.ms")!["value"]);
    }

    [Fact]
    public async Task Describe_OfAMisspeltName_NamesTheNearest()
    {
        string topic = await _target.CreateTopicAsync("misspelt");

        CommandResult failed = (await _cli.RunAsync($"topic describe {topic}x")).Failed();

        Assert.Contains($"There is no topic {topic}x. Did you mean {topic}?", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alter_SetsAndResets()
    {
        string topic = await _target.CreateTopicAsync("altered", 1, ("retention.ms", "1000"));

        const string Changes = "segment.bytes 1073741824 -> 2000000, retention.ms 1000 -> default";
        Assert.Equal([$"{topic}\twould be altered\t{Changes}"], (await _cli.RunAsync($"topic alter {topic} --set segment.bytes=2000000 --reset retention.ms --dry-run")).Done().Lines);
        Assert.Contains("InvalidConfig", (await _cli.RunAsync($"topic alter {topic} --set retention.ms=long --dry-run")).Failed().Output, StringComparison.Ordinal);
        Assert.Equal([$"{topic}\taltered\t{Changes}"], (await _cli.RunAsync($"topic alter {topic} --set segment.bytes=2000000 --reset retention.ms")).Done().Lines);

        var configs = (await _cli.RunAsync($"topic describe {topic} -o json")).Done().Json[0]!["configs"]!.AsArray();
        Assert.Contains(configs, config => (string?)config!["key"] == "segment.bytes" && (string?)config["value"] == "2000000");
        Assert.DoesNotContain(configs, config => (string?)config!["key"] == "retention.ms");
    }

    [Fact]
    public async Task Alter_OfAMisspeltSetting_NamesTheNearest()
    {
        string topic = await _target.CreateTopicAsync("misset");

        Assert.Contains("Did you mean retention.ms?", (await _cli.RunAsync($"topic alter {topic} --set retenton.ms=5")).Failed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfSeveral_DoesThoseThatAreThere()
    {
        string topic = await _target.CreateTopicAsync("gone");

        CommandResult deleted = (await _cli.RunAsync($"topic delete {topic} {topic}-not")).Failed();

        Assert.Equal($"{topic}\tdeleted\t", deleted.Lines[0]);
        Assert.StartsWith($"{topic}-not\tfailed\tThere is no topic", deleted.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"error: {topic}-not: There is no topic", deleted.Error, StringComparison.Ordinal);
        Assert.Contains("\ntry:   ./logbroker topic list", deleted.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OnAProductionProfile_AsksFirst()
    {
        string topic = await _target.CreateTopicAsync("kept");
        await _cli.RunAsync("profile set prod --production true");

        CommandResult refused = (await _cli.RunAsync($"topic delete {topic}")).Failed(ExitCodes.WrongUsage);

        Assert.Contains("the profile prod is marked production", refused.Error, StringComparison.Ordinal);
        (await _cli.RunAsync($"topic describe {topic}")).Done();
        (await _cli.RunAsync($"topic delete {topic} --yes")).Done();
    }

    [Theory]
    [InlineData("n", ExitCodes.Failed)]
    [InlineData("y", ExitCodes.Done)]
    public async Task Delete_OnAProductionProfile_DoesWhatIsAnswered(string answer, int exitCode)
    {
        string topic = await _target.CreateTopicAsync("asked");
        var cli = new CommandLineUnderTest(_target) { Answer = answer };
        await cli.RunAsync("profile set prod --production true");

        Assert.Equal(exitCode, (await cli.RunAsync($"topic delete {topic}")).ExitCode);
    }

    [Fact]
    public async Task AddPartitions_ByCount_AddsToThoseThereAre()
    {
        string topic = await _target.CreateTopicAsync("grown", 2);

        Assert.Equal([$"{topic}\twould grow\t2 -> 5 partitions"], (await _cli.RunAsync($"topic add-partitions {topic} --count 3 --dry-run")).Done().Lines);
        Assert.Equal([$"{topic}\tgrown\t2 -> 5 partitions"], (await _cli.RunAsync($"topic add-partitions {topic} --count 3")).Done().Lines);

        Assert.Equal(5, (int)(await _cli.RunAsync($"topic describe {topic} -o json")).Done().Json[0]!["partitions"]!);
        (await _cli.RunAsync($"topic add-partitions {topic} --total 2")).Failed();
    }

    [Fact]
    public async Task Trim_BeforeAnOffset_MovesTheStart()
    {
        string topic = await _target.CreateTopicAsync("trimmed");
        await _target.ProduceAsync(topic, 10);

        Assert.Equal(["0\t0\t4\t10\twould be trimmed\t"], (await _cli.RunAsync($"topic trim {topic} --before-offset 4 --dry-run")).Done().Lines);
        Assert.Equal(["0\t0\t4\t10\ttrimmed\t"], (await _cli.RunAsync($"topic trim {topic} --before-offset 4")).Done().Lines);

        Assert.Equal([$"{topic}\t0\t4\t10\t6"], (await _cli.RunAsync($"topic offsets {topic}")).Done().Lines);
        (await _cli.RunAsync($"topic trim {topic} --all")).Done();
        Assert.Equal([$"{topic}\t0\t10\t10\t0"], (await _cli.RunAsync($"topic offsets {topic}")).Done().Lines);
    }

    [Fact]
    public async Task Trim_OfACompactedTopic_SaysWhatToDo()
    {
        string topic = ClientTarget.NewName("compacted");
        (await _cli.RunAsync($"topic create {topic} --partitions 1 --config cleanup.policy=compact")).Done();
        await _target.ProduceAsync(topic, 2);

        CommandResult refused = (await _cli.RunAsync($"topic trim {topic} --all")).Failed();

        Assert.Equal([$"0\t0\t0\t2\tfailed"], refused.Lines.Select(line => line[..line.LastIndexOf('\t')]));
        Assert.StartsWith($"error: {topic}-0: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"try:   Records of a topic that is only compacted are not deleted: ./logbroker topic alter {topic} -s cleanup.policy=compact,delete", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offsets_AtATime_AreTheFirstNotOlder()
    {
        string topic = await _target.CreateTopicAsync("timed");
        await _target.ProduceAsync(topic, 3, index => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + (index * 1000)));

        Assert.Equal([$"{topic}\t0\t0\t3\t3\t1"], (await _cli.RunAsync($"topic offsets {topic} --time 1700000000500")).Done().Lines);
    }

    [Fact]
    public async Task Suggest_OfATopic_NamesThoseOfTheCluster()
    {
        string topic = await _target.CreateTopicAsync("suggested");
        string line = $"logbroker topic describe {topic[..^2]}";

        Assert.Contains(topic, (await _cli.RunAsync($"[suggest:{line.Length}] \"{line}\"")).Output, StringComparison.Ordinal);
    }
}
