using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>What must not be destroyed by a slip of the fingers.</summary>
public sealed class SafetyTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;
    private string _topic = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
        _topic = await _target.CreateTopicAsync("safe");
        await _target.ProduceAsync(_topic, 4);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("--before-offset -1")]
    [InlineData("--before-offset=-1")]
    [InlineData("--before-time 1969-12-31T23:59:59.999Z")]
    [InlineData("--before-time 05/06/2026")]
    [InlineData("--before-time 10:00")]
    [InlineData("--before-time 99999d")]
    [InlineData("--before-time 2999-01-01")]
    public async Task Trim_ToWhereNoRecordIs_DeletesNothing(string to)
    {
        (await _cli.RunAsync($"topic trim {_topic} {to}")).Failed(ExitCodes.WrongUsage);

        Assert.Equal([$"{_topic}\t0\t0\t4\t4"], (await _cli.RunAsync($"topic offsets {_topic}")).Done().Lines);
    }

    [Theory]
    [InlineData("topic delete {0} -n")]
    [InlineData("topic delete {0} --dryrun -- other")]
    [InlineData("topic alter {0} -f --set retention.ms=1")]
    public async Task Run_WithAnOptionThatIsNotThere_DoesNothing(string line)
    {
        CommandResult refused = (await _cli.RunAsync(string.Format(null, line, _topic))).Failed(ExitCodes.WrongUsage);

        Assert.Contains("does not know", refused.Error, StringComparison.Ordinal);
        (await _cli.RunAsync($"topic describe {_topic}")).Done();
    }

    [Fact]
    public async Task Run_BehindTwoDashes_TakesNamesAsTheyAre()
    {
        CommandResult failed = (await _cli.RunAsync("topic delete -- -n")).Failed();

        Assert.StartsWith("-n\tfailed\tThere is no topic -n.", failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfAPattern_WantsWholeNamesAndAYes()
    {
        string other = await _target.CreateTopicAsync($"x{_topic}");

        Assert.Contains("--yes", (await _cli.RunAsync($"topic delete --matching {_topic}")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
        Assert.Equal([$"{_topic}\tdeleted\t"], (await _cli.RunAsync($"topic delete --matching {_topic} --yes")).Done().Lines);

        (await _cli.RunAsync($"topic describe {other}")).Done();
    }

    [Fact]
    public async Task ResetOffsets_FromAFileAndATopic_IsAContradiction()
    {
        string file = Path.Combine(_cli.Home, "offsets.csv");
        await File.WriteAllTextAsync(file, $"{_topic},0,1\n");

        (await _cli.RunAsync($"group reset-offsets {ClientTarget.NewName("g")} --topic {_topic} --from-file {file} --yes")).Failed(ExitCodes.WrongUsage);
    }

    [Fact]
    public async Task ResetOffsets_OfNothing_Fails() =>
        Assert.Contains(
            "There is nothing to reset",
            (await _cli.RunAsync($"group reset-offsets {ClientTarget.NewName("g")} --all-topics --to-latest --yes")).Failed().Error,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--shift-by 9223372036854775807", 4)]
    [InlineData("--shift-by -9223372036854775808", 0)]
    public async Task ResetOffsets_ByMoreThanThereIs_StopsAtTheEnd(string to, long after)
    {
        string group = ClientTarget.NewName("far");
        await _target.CommitAsync(group, new TopicPartition(_topic, 0), 2);

        (await _cli.RunAsync($"group reset-offsets {group} --topic {_topic} {to} --yes")).Done();

        Assert.Equal(after, (long)(await _cli.RunAsync($"group describe {group} -o json")).Done().Json[0]!["partitionList"]![0]!["committed"]!);
        Assert.Empty((await _cli.RunAsync($"consume {_topic} --from +9223372036854775807")).Done().Output);
    }

    [Fact]
    public async Task Profile_ThatAFlagNames_WinsOverTheEnvironment()
    {
        await _cli.RunAsync($"profile set away -b 127.0.0.1:{LoopbackPort.FindFree()}");

        CommandResult failed = (await _cli.RunAsync($"--profile away topic delete {_topic} --timeout 0.3")).Failed();

        Assert.DoesNotContain("deleted", failed.Output, StringComparison.Ordinal);
        (await _cli.RunAsync($"topic describe {_topic}")).Done();
    }

    [Fact]
    public async Task Environment_WinsOverTheProfileInUse()
    {
        await _cli.RunAsync($"profile set away -b 127.0.0.1:{LoopbackPort.FindFree()}");
        _cli["LOGBROKER_PROFILE"] = "";

        (await _cli.RunAsync($"topic describe {_topic}")).Done();
    }

    [Fact]
    public async Task Timeout_OfAFlag_WinsOverTheProfiles()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var cli = new CommandLineUnderTest(_target) { AddressPatience = TimeSpan.FromSeconds(0.3) };
        await cli.RunAsync($"profile set slow -b {silent.LocalEndpoint} -X default.api.timeout.ms=60000 -X request.timeout.ms=60000");

        Assert.Contains("within 0.3 s", (await cli.RunAsync("--profile slow topic list --timeout 0.3")).Failed().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConsumeOfAGroup_IntoAFullDisk_FailsAndCommitsNoRecord()
    {
        if (!File.Exists("/dev/full")) return;
        string group = ClientTarget.NewName("full");

        CommandResult failed = (await _cli.RunAsync($"consume {_topic} --group {group} -n 2", new FullDisk())).Failed();

        Assert.Contains("No space left", failed.Error, StringComparison.Ordinal);
        await using var client = _target.NewClient();
        Assert.All((await client.Admin.GroupOffsets.ListAsync(group)).Values, committed => Assert.Equal(0, committed.Offset.Value));
    }

    [Fact]
    public async Task ConsumeOfAGroup_WhenNothingMoreComes_CommitsWhatItWrote()
    {
        string group = ClientTarget.NewName("idle");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var over = new CancellationTokenSource();
        Task<CommandResult> consuming = _cli.RunAsync($"consume {_topic} --group {group} -X auto.commit.interval.ms=100", "", over.Token);

        await using var client = _target.NewClient();
        var partition = new TopicPartition(_topic, 0);
        while (!(await client.Admin.GroupOffsets.ListAsync(group)).TryGetValue(partition, out var committed) || committed.Offset.Value < 4)
        {
            Assert.False(consuming.IsCompleted, "it ended before it committed");
            await Task.Delay(50, patience.Token);
        }

        await over.CancelAsync();
        Assert.Equal(4, (await consuming).Done().Lines.Length);
    }
}
