using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>What is not known, since a broker did not tell, is not told as none.</summary>
public sealed class RefusedCallsTests : IAsyncLifetime
{
    private ClientTarget? _target;
    private CommandLineUnderTest _cli = null!;
    private string _topic = null!;

    public async Task InitializeAsync()
    {
        if (ClientTarget.IsKafka) return;
        _target = await ClientTarget.StartAsync();
        _cli = new CommandLineUnderTest(_target);
        _topic = await _target.CreateTopicAsync("refused", 2);
        await _target.ProduceAsync(_topic, 4);
        await _target.CommitAsync("g", new TopicPartition(_topic, 0), 1);
    }

    public async Task DisposeAsync()
    {
        if (_target is not null) await _target.DisposeAsync();
    }

    [LogBrokerOnlyFact]
    public async Task Lag_OfALeaderThatDoesNotTell_IsNotKnown()
    {
        using var refused = _target!.Broker.Faults.Fail(ApiKey.ListOffsets, ErrorCode.TopicAuthorizationFailed);

        CommandResult described = (await _cli.RunAsync("group describe g -o json")).Failed();
        Assert.Null(described.Json[0]!["lag"]);
        Assert.Null(described.Json[0]!["lagSeconds"]);
        Assert.Null((await _cli.RunAsync($"topic describe {_topic} -o json")).Failed().Json[0]!["records"]);
        Assert.Contains($"how far group g is behind in {_topic}-0 is not known", (await _cli.RunAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [LogBrokerOnlyFact]
    public async Task Health_OfTopicsThatCannotBeDescribed_IsAFailure()
    {
        using var refused = _target!.Broker.Faults.Fail(ApiKey.DescribeTopicPartitions, ErrorCode.TopicAuthorizationFailed);

        foreach (string verb in new[] { "cluster health", "server check", "cluster info" })
            Assert.StartsWith("error: ", (await _cli.RunAsync(verb)).Failed().Error, StringComparison.Ordinal);
    }

    [LogBrokerOnlyFact]
    public async Task ConsumeOfAGroup_WhenACommitFails_GoesOnAndCommitsItWithTheNext()
    {
        using var refused = _target!.Broker.Faults.Fail(ApiKey.OffsetCommit, ErrorCode.GroupAuthorizationFailed, times: 1);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var over = new CancellationTokenSource();
        Task<CommandResult> consuming = _cli.RunAsync($"consume {_topic} --group h -X auto.commit.interval.ms=50", "", over.Token);

        await refused.WhenHitAsync().WaitAsync(patience.Token);
        await using var client = _target.NewClient();
        var partition = new TopicPartition(_topic, 0);
        while (!(await client.Admin.GroupOffsets.ListAsync("h")).TryGetValue(partition, out var committed) || committed.Offset.Value < 4)
        {
            Assert.False(consuming.IsCompleted, "it ended before it committed");
            await Task.Delay(20, patience.Token);
        }

        await over.CancelAsync();
        CommandResult consumed = (await consuming).Done();
        Assert.Equal(4, consumed.Lines.Length);
        Assert.Contains("note: what was read is not committed yet.", consumed.Error, StringComparison.Ordinal);
    }
}
