using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>What shells complete words to, asked as their scripts ask.</summary>
public sealed class CompletionTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;
    private string _topic = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
        _topic = await _target.CreateTopicAsync("complete");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("./logbroker to", "topic")]
    [InlineData("/opt/bin/logbroker topic li", "list")]
    [InlineData("./logbroker topic list --int", "--internal")]
    [InlineData("./logbroker config describe to", "topic")]
    [InlineData("./logbroker config set topic {0} retention.m", "retention.ms=")]
    [InlineData("./logbroker config delete topic {0} segment.b", "segment.bytes")]
    [InlineData("./logbroker topic create x --config cleanup", "cleanup.policy=")]
    [InlineData("./logbroker topic list -X sasl.mech", "sasl.mechanism=")]
    [InlineData("./logbroker topic list --output js", "json")]
    [InlineData("./logbroker topic list -X acks=1 --ou", "--output")]
    [InlineData("./logbroker topic alter {0} --set a=b --ti", "--timeout")]
    [InlineData("./logbroker group reset-offsets g --topic {0} --to-e", "--to-earliest")]
    [InlineData("./logbroker consume {0} -p 1 --fr", "--from")]
    [InlineData("./logbroker topic describe {0} --ou", "--output")]
    [InlineData("./logbroker consume {0} --group me --from-nowhere", null)]
    [InlineData("./logbroker", null)]
    public async Task Suggest_OfAWordThatIsBegun_EndsIt(string line, string? expected)
    {
        string[] found = await SuggestAsync(string.Format(null, line, _topic));

        if (expected is null) Assert.Empty(found);
        else Assert.Contains(expected, found);
    }

    [Theory]
    [InlineData("./logbroker topic describe ")]
    [InlineData("./logbroker consume comp")]
    [InlineData("./logbroker config describe topic ")]
    [InlineData("./logbroker group reset-offsets g --topic ")]
    [InlineData("./logbroker txn find-hanging --topic ")]
    [InlineData("./logbroker txn abort --topic comp")]
    public async Task Suggest_OfATopic_KnowsTheClusters(string line)
    {
        string[] found = await SuggestAsync(line);

        Assert.Contains(_topic, found);
        Assert.DoesNotContain(found, word => word.StartsWith('-') || word.StartsWith('/'));
    }

    [Fact]
    public async Task Suggest_OfAGroup_KnowsTheClusters()
    {
        string group = ClientTarget.NewName("complete");
        await _target.CommitAsync(group, new TopicPartition(_topic, 0), 0);

        Assert.Contains(group, await SuggestAsync("./logbroker group describe comp"));
        Assert.Contains(group, await SuggestAsync($"./logbroker consume {_topic} --group comp"));
    }

    [Fact]
    public async Task Suggest_OfAVerb_NamesEachOnce() => Assert.DoesNotContain("ls", await SuggestAsync("./logbroker topic "));

    [Theory]
    [InlineData("./logbroker topic list --profile ")]
    [InlineData("./logbroker topic list --profile sta")]
    public async Task Suggest_OfAProfile_KnowsThose(string line)
    {
        (await _cli.RunAsync("profile set stage -b 127.0.0.1:1")).Done();

        Assert.Contains("stage", await SuggestAsync(line));
    }

    [Fact]
    public async Task Suggest_WithoutABroker_IsEmpty()
    {
        _cli[Clusters.LiveNames.TimeoutVariable] = "0.2";
        _cli["LOGBROKER_BOOTSTRAP_SERVERS"] = $"127.0.0.1:{LoopbackPort.FindFree()}";

        Assert.Empty(await SuggestAsync("./logbroker topic describe x"));
    }

    private async Task<string[]> SuggestAsync(string line) =>
        (await _cli.RunWordsAsync($"[suggest:{line.Length}]", line)).Done().Lines;
}
