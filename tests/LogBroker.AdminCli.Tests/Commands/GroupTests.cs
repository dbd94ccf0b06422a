using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Groups;
using LogBroker.Client;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using YamlDotNet.RepresentationModel;

namespace LogBroker.AdminCli.Tests.Commands;

public sealed class GroupTests : IAsyncLifetime
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
    public async Task List_OfAPattern_ShowsThoseGroups()
    {
        (string group, _) = await BehindAsync(0, 0);

        Assert.Equal([$"{group}\tEmpty\tClassic\t"], (await _cli.RunAsync($"group list {group}")).Done().Lines);
        Assert.Empty((await _cli.RunAsync($"group list {group} --state Stable")).Done().Lines);
    }

    [Fact]
    public async Task Describe_TellsTheLagInRecordsAndSeconds()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        (string group, string topic) = await BehindAsync(10, 4, index => now.AddSeconds(-100 + index));

        var described = (await _cli.RunAsync($"group describe {group} -o json")).Done().Json[0]!;

        Assert.Equal(6, (long)described["lag"]!);
        Assert.InRange((double)described["lagSeconds"]!, 95, 130);
        var partition = described["partitionList"]![0]!;
        Assert.Equal((topic, 4, 10), ((string)partition["topic"]!, (int)partition["committed"]!, (int)partition["endOffset"]!));
    }

    [Fact]
    public void Lag_WithPartitionsWithoutCommit_IsThatOfTheOthers()
    {
        var read = new PartitionLag(new TopicPartition("t", 0), Committed: 90, Start: 0, End: 100, null) { Age = TimeSpan.FromSeconds(5) };
        var empty = new PartitionLag(new TopicPartition("t", 1), Committed: null, Start: 7, End: 7, null) { Age = TimeSpan.Zero };
        var unread = new PartitionLag(new TopicPartition("t", 2), Committed: null, Start: 0, End: 8, null);
        var silent = new PartitionLag(new TopicPartition("t", 3), Committed: 3, Start: null, End: null, null);

        Assert.Equal((10, 0), Tell(read, empty));
        Assert.Equal((10, 1), Tell(read, empty, unread));
        Assert.Equal((null, 1), Tell(unread));
        Assert.Equal((null, 0), Tell(read, silent));
        Assert.Equal(5, new GroupLag(null!, [read, empty, unread]).Age?.TotalSeconds);
        Assert.Null(new GroupLag(null!, [read, silent]).Age);

        static (long?, int) Tell(params PartitionLag[] partitions) => (new GroupLag(null!, partitions).Records, new GroupLag(null!, partitions).WithoutCommit);
    }

    [Fact]
    public void Unknown_OfAGroupOfAnotherKind_SaysWhatItIs()
    {
        GroupListing[] known = [new("parcels", GroupType.Share, GroupState.Stable, "share"), new("billing", GroupType.Consumer, GroupState.Stable, "consumer")];

        Assert.StartsWith("Group parcels is a share group", Unknown.Group("parcels", known).Message, StringComparison.Ordinal);
        Assert.Equal("There is no group parcel. Did you mean parcels?", Unknown.Group("parcel", known).Message);
    }

    [Fact]
    public async Task Describe_OfAGroupThatHasReadAll_LagsNotAtAll()
    {
        (string group, _) = await BehindAsync(3, 3, _ => DateTimeOffset.UtcNow.AddDays(-1));

        var described = (await _cli.RunAsync($"group describe {group} -o json")).Done().Json[0]!;

        Assert.Equal((0, 0), ((long)described["lag"]!, (double)described["lagSeconds"]!));
    }

    [Fact]
    public async Task Describe_OfAMisspeltGroup_NamesTheNearest()
    {
        (string group, _) = await BehindAsync(0, 0);

        Assert.Contains($"Did you mean {group}?", (await _cli.RunAsync($"group describe {group}x")).Failed().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_OfAGroupThatReads_ShowsWhoReadsWhat()
    {
        string topic = await _target.CreateTopicAsync("read", 2);
        string group = ClientTarget.NewName("readers");
        await using LogBrokerClient client = _target.NewClient(options => options with { ClientId = "the-reader" });
        await using Consumer<string, string> consumer = client.CreateConsumer<string, string>(group, new ConsumerOptions { OffsetReset = OffsetReset.Earliest });
        consumer.Subscribe(topic);
        await _target.ProduceAsync(topic, 1);
        await using IAsyncEnumerator<ConsumedRecord<string, string>> reading = consumer.ReadAsync().GetAsyncEnumerator();
        await reading.MoveNextAsync();

        var members = (await _cli.RunAsync($"group members {group} -o json")).Done().Json.AsArray();

        var member = Assert.Single(members)!;
        Assert.Equal("the-reader", (string?)member["clientId"]);
        Assert.Equal([$"{topic}-0", $"{topic}-1"], member["partitions"]!.AsArray().Select(partition => (string)partition!).Order());
        foreach (string tried in new[] { "", " --dry-run" })
            Assert.Contains("has members", (await _cli.RunAsync($"group delete {group}{tried}")).Failed().Output, StringComparison.Ordinal);
        Assert.Contains("has 1 member,", (await _cli.RunAsync($"group reset-offsets {group} --topic {topic} --to-earliest --yes")).Failed().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--to-earliest", 0)]
    [InlineData("--to-latest", 10)]
    [InlineData("--to-current", 4)]
    [InlineData("--to-offset 7", 7)]
    [InlineData("--to-offset 99", 10)]
    [InlineData("--shift-by 3", 7)]
    [InlineData("--shift-by -3", 1)]
    [InlineData("--to-datetime 2023-11-14T22:13:22Z", 2)]
    [InlineData("--by-duration 1s", 10)]
    [InlineData("--by-duration P3650D", 0)]
    [InlineData("--by-duration 3649d23h60m", 0)]
    public async Task ResetOffsets_InEachWay_GoesThere(string way, long expected)
    {
        (string group, string topic) = await BehindAsync(10, 4, index => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + (index * 1000)));

        (await _cli.RunAsync($"group reset-offsets {group} --all-topics {way} --yes")).Done();

        Assert.Equal(expected, await CommittedAsync(group, topic));
    }

    [Fact]
    public async Task ResetOffsets_ShiftedWhereNothingIsCommitted_ChangesNothing()
    {
        string topic = await _target.CreateTopicAsync("half", 2);
        string group = ClientTarget.NewName("half");
        await _target.ProduceAsync(topic, 10);
        await _target.CommitAsync(group, new TopicPartition(topic, 0), 4);

        string error = (await _cli.RunAsync($"group reset-offsets {group} --topic {topic} --shift-by -1 --yes")).Failed().Error;

        Assert.Contains($"nothing in {topic}-1", error, StringComparison.Ordinal);
        Assert.Equal(4, await CommittedAsync(group, topic));
        (await _cli.RunAsync($"group reset-offsets {group} --topic {topic}:0 --shift-by -1 --yes")).Done();
        Assert.Equal(3, await CommittedAsync(group, topic));
    }

    [Fact]
    public async Task ResetOffsets_WithoutYes_IsAPreview()
    {
        (string group, string topic) = await BehindAsync(10, 4);

        CommandResult preview = (await _cli.RunAsync($"group reset-offsets {group} --topic {topic}:0 --to-earliest")).Failed(ExitCodes.WrongUsage);

        Assert.Equal([$"{topic}\t0\t4\t0\t-4\t"], preview.Lines);
        Assert.Contains("add --yes", preview.Error, StringComparison.Ordinal);
        Assert.Equal(4, await CommittedAsync(group, topic));
    }

    [Fact]
    public async Task ResetOffsets_FromAFile_GoesThere()
    {
        (string group, string topic) = await BehindAsync(10, 4);
        string file = Path.Combine(_cli.Home, "offsets.csv");
        await File.WriteAllTextAsync(file, $"\"{topic}\",0,6\n");

        (await _cli.RunAsync($"group reset-offsets {group} --from-file {file} --yes")).Done();

        Assert.Equal(6, await CommittedAsync(group, topic));
    }

    [Fact]
    public async Task ResetOffsets_ToAFile_IsWhatIsReadFromOneAndChangesNothing()
    {
        (string group, string topic) = await BehindAsync(10, 4);
        string file = Path.Combine(_cli.Home, "exported.csv");

        CommandResult exported = (await _cli.RunAsync($"group reset-offsets {group} --topic {topic} --shift-by 2 --export")).Done();

        Assert.Equal([$"\"{topic}\",0,6"], exported.Lines);
        Assert.Equal(4, await CommittedAsync(group, topic));
        await File.WriteAllTextAsync(file, exported.Output);
        (await _cli.RunAsync($"group reset-offsets {group} --from-file {file} --yes")).Done();
        Assert.Equal(6, await CommittedAsync(group, topic));
    }

    [KafkaOnlyFact]
    public async Task Describe_OfAGroupBeforeAMarker_IsBehindByNoTime()
    {
        string topic = await _target.CreateTopicAsync("marker");
        string group = ClientTarget.NewName("marker");
        await using LogBrokerClient client = _target.NewClient();
        await using (var producer = client.CreateTransactionalProducer<Null, string>(ClientTarget.NewName("marker")))
        {
            await producer.BeginTransactionAsync();
            await producer.ProduceAsync(topic, default, "v");
            await producer.CommitAsync();
        }
        await _target.CommitAsync(group, new TopicPartition(topic, 0), 1);

        var described = (await _cli.RunAsync($"group describe {group} -o json")).Done().Json[0]!;

        Assert.Equal((1, 0), ((int)described["lag"]!, (int)described["lagSeconds"]!));
    }

    [Fact]
    public async Task ResetOffsets_OfTopicsThatAreGone_LeavesThemOutOrNamesThem()
    {
        (string group, string topic) = await BehindAsync(10, 4);
        string gone = await _target.CreateTopicAsync("gone");
        string file = Path.Combine(_cli.Home, "misspelt.csv");
        await File.WriteAllTextAsync(file, $"{topic}x,0,6\n");
        await _target.CommitAsync(group, new TopicPartition(gone, 0), 0);
        Assert.Contains($"Did you mean {topic}?", (await _cli.RunAsync($"group reset-offsets {group} --from-file {file} --yes")).Failed().Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, $"{topic},9,1\n");
        Assert.Contains($"{topic} has no partition 9", (await _cli.RunAsync($"group reset-offsets {group} --from-file {file} --yes")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
        (await _cli.RunAsync($"topic delete {gone}")).Done();

        (await _cli.RunAsync($"group reset-offsets {group} --all-topics --to-earliest --yes")).Done();

        Assert.Equal(0, await CommittedAsync(group, topic));
    }

    [Fact]
    public async Task ResetOffsets_WithoutAWay_IsWrongUsage()
    {
        (string group, _) = await BehindAsync(1, 0);

        (await _cli.RunAsync($"group reset-offsets {group} --all-topics")).Failed(ExitCodes.WrongUsage);
        (await _cli.RunAsync($"group reset-offsets {group} --all-topics --to-latest --to-earliest")).Failed(ExitCodes.WrongUsage);
        (await _cli.RunAsync($"group reset-offsets {group} --to-latest")).Failed(ExitCodes.WrongUsage);
        (await _cli.RunAsync($"group reset-offsets {group} --all-topics --by-duration 9999999d")).Failed(ExitCodes.WrongUsage);
        (await _cli.RunAsync($"group reset-offsets {group} --all-topics --by-duration 99999d")).Failed(ExitCodes.WrongUsage);
    }

    [Fact]
    public async Task Delete_OfAGroup_ForgetsIt()
    {
        (string group, _) = await BehindAsync(1, 1);

        Assert.Equal([$"{group}\tdeleted\t"], (await _cli.RunAsync($"group delete {group}")).Done().Lines);

        (await _cli.RunAsync($"group describe {group}")).Failed();
    }

    [Fact]
    public async Task Watch_UntilCtrlC_EndsWell()
    {
        (string group, _) = await BehindAsync(3, 1);
        using var interrupted = new CancellationTokenSource();

        (await _cli.RunAsync($"group watch {group} --interval 3600 -o ndjson", new InterruptedOnceWritten(interrupted), interrupted.Token)).Done();
    }

    private sealed class InterruptedOnceWritten(CancellationTokenSource interrupted) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            interrupted.Cancel();
        }
    }

    [Fact]
    public async Task Watch_LooksAsOftenAsTold()
    {
        (string group, _) = await BehindAsync(3, 1);

        CommandResult watched = (await _cli.RunAsync($"group watch {group} -n 2 --interval 0.05 -o ndjson")).Done();

        Assert.Equal(2, watched.Lines.Length);
        Assert.All(watched.Lines, line => Assert.Contains("\"lag\":2", line, StringComparison.Ordinal));
        Assert.Contains("\"committedPerSecond\":0", watched.Lines[1], StringComparison.Ordinal);
    }

    private async Task<(string Group, string Topic)> BehindAsync(int written, long committed, Func<int, DateTimeOffset>? time = null)
    {
        string topic = await _target.CreateTopicAsync("lag");
        string group = ClientTarget.NewName("behind");
        if (written > 0) await _target.ProduceAsync(topic, written, time);
        await _target.CommitAsync(group, new TopicPartition(topic, 0), committed);
        return (group, topic);
    }

    private async Task<long> CommittedAsync(string group, string topic) =>
        (long)(await _cli.RunAsync($"group describe {group} -o json")).Done().Json[0]!["partitionList"]!.AsArray()
            .Single(partition => (string?)partition!["topic"] == topic)!["committed"]!;

    [Fact]
    public async Task Watch_InYaml_IsADocumentALook()
    {
        string topic = await _target.CreateTopicAsync("watched");
        string group = ClientTarget.NewName("watched");
        await _target.CommitAsync(group, new TopicPartition(topic, 0), 0);

        string output = (await _cli.RunAsync($"group watch {group} -n 2 --interval 0.01 -o yaml")).Done().Output;

        var yaml = new YamlStream();
        yaml.Load(new StringReader(output));
        Assert.Equal([group, group], yaml.Documents.Select(document => (string)document.RootNode["group"]!));
    }
}
