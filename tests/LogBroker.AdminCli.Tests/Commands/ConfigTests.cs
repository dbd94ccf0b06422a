using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

public sealed class ConfigTests : IAsyncLifetime
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
    public async Task Describe_OfABrokerThatIsNotThere_NamesThoseThatAre() =>
        Assert.Contains("There is no broker 99: there are ", (await _cli.RunAsync("config describe broker 99")).Failed().Error, StringComparison.Ordinal);

    [Fact]
    public async Task Describe_OfATopic_ShowsWhatIsSet()
    {
        string topic = await _target.CreateTopicAsync("config", 1, ("retention.ms", "5000"));

        CommandResult described = (await _cli.RunAsync($"config describe topic {topic} retention.ms")).Done();

        Assert.Equal(["retention.ms\t5000\ttopic\tfalse"], described.Lines);
    }

    [Fact]
    public async Task Describe_WithAllAndDocumentation_TellsWhatEachDoes()
    {
        string topic = await _target.CreateTopicAsync("documented");

        var described = (await _cli.RunAsync($"config describe topic {topic} --all --documentation -o json")).Done().Json.AsArray();

        Assert.True(described.Count > 20);
        Assert.Contains(described, config => (string?)config!["key"] == "cleanup.policy" && ((string?)config["documentation"])?.Length > 10);
    }

    [Fact]
    public async Task Set_ThenDelete_GoesBackToTheDefault()
    {
        string topic = await _target.CreateTopicAsync("setback");

        Assert.Equal(["retention.ms\tset\t604800000 -> 7000", "segment.bytes\tset\t1073741824 -> 2000000"], (await _cli.RunAsync($"config set topic {topic} retention.ms=7000 segment.bytes=2000000")).Done().Lines);
        Assert.Equal(["retention.ms\twould be deleted\t7000 -> default"], (await _cli.RunAsync($"config delete topic {topic} retention.ms --dry-run")).Done().Lines);
        (await _cli.RunAsync($"config delete topic {topic} retention.ms")).Done();

        Assert.StartsWith("retention.ms\t604800000\t", (await _cli.RunAsync($"config describe topic {topic} retention.ms")).Done().Output, StringComparison.Ordinal);
        Assert.Contains("2000000\ttopic", (await _cli.RunAsync($"config describe topic {topic} segment.bytes")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_OfAMisspeltKey_NamesTheNearest()
    {
        string topic = await _target.CreateTopicAsync("mistake");

        Assert.Contains(
            "Did you mean cleanup.policy?",
            (await _cli.RunAsync($"config set topic {topic} cleanup.polcy=compact")).Failed(ExitCodes.WrongUsage).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_OfAKeyLikeNoneListed_IsTheBrokersToRefuse()
    {
        string topic = await _target.CreateTopicAsync("unlisted");

        string error = (await _cli.RunAsync($"config set topic {topic} whatever.else.there.is=1")).Failed().Error;

        Assert.Contains("whatever.else.there.is is not among the settings listed", error, StringComparison.Ordinal);
        Assert.Contains("InvalidConfig", error, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task Set_OfASettingOfOneListener_IsDone()
    {
        const string Key = "listener.name.plaintext.max.connections";

        (await _cli.RunAsync($"config set broker 1 {Key}=100000")).Done();

        Assert.StartsWith($"{Key}\t100000\tbroker", (await _cli.RunAsync($"config describe broker 1 {Key}")).Done().Output, StringComparison.Ordinal);
        (await _cli.RunAsync($"config delete broker 1 {Key}")).Done();
    }

    [Fact]
    public async Task Set_OfAValueThatCannotBe_TellsTheBrokersReason()
    {
        string topic = await _target.CreateTopicAsync("refused");

        Assert.Contains("InvalidConfig", (await _cli.RunAsync($"config set topic {topic} retention.ms=long")).Failed().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_OfABroker_TellsWhereValuesComeFrom() =>
        Assert.Contains("\tfile\t", (await _cli.RunAsync("config describe broker 1")).Done().Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("yaml")]
    [InlineData("plain")]
    public async Task Describe_InAFormat_HasKeyAndValue(string format)
    {
        string topic = await _target.CreateTopicAsync("format", 1, ("retention.ms", "5000"));

        string output = (await _cli.RunAsync($"config describe topic {topic} retention.ms -o {format}")).Done().Output.TrimEnd();

        string expected = format switch
        {
            "table" => "KEY           VALUE  SOURCE  READ-ONLY\nretention.ms   5000  topic",
            "json" => "[\n  {\n    \"key\": \"retention.ms\",\n    \"value\": \"5000\",\n    \"source\": \"topic\",\n    \"readOnly\": false\n  }\n]",
            "ndjson" => """{"key":"retention.ms","value":"5000","source":"topic","readOnly":false}""",
            "yaml" => "- key: retention.ms\n  value: \"5000\"\n  source: topic\n  readOnly: false",
            _ => "retention.ms\t5000\ttopic\tfalse",
        };
        Assert.Equal(expected, string.Join('\n', output.Split('\n').Select(line => line.TrimEnd())));
    }

    [Fact]
    public async Task Describe_OfAnUnknownKind_NamesTheKinds() =>
        Assert.Contains("Did you mean topic?", (await _cli.RunAsync("config describe topics x")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
}
