using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

public sealed class TxnTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [KafkaOnlyFact]
    public async Task List_WithoutTransactions_IsEmpty() => Assert.Empty((await _cli.RunAsync("txn list -o json")).Done().Json.AsArray());

    [Fact]
    public async Task FindHanging_OfATopicWithoutTransactions_FindsNone()
    {
        string topic = await _target.CreateTopicAsync("calm");

        CommandResult found = await _cli.RunAsync($"txn find-hanging --topic {topic} -o json");

        Assert.Empty(found.Done().Json.AsArray());
    }

    [Fact]
    public async Task Abort_OfATransactionThatIsNotThere_SaysSo()
    {
        string topic = await _target.CreateTopicAsync("none");

        CommandResult failed = (await _cli.RunAsync($"txn abort --topic {topic} --partition 0 --start-offset 5")).Failed();

        Assert.Contains($"No transaction that is open in {topic}-0 begins at offset 5.", failed.Error, StringComparison.Ordinal);
    }

    [LogBrokerOnlyFact]
    public async Task List_OfABrokerWithoutTransactions_IsASentence() =>
        Assert.StartsWith("error: ", (await _cli.RunAsync("txn list --timeout 2")).Failed().Error, StringComparison.Ordinal);
}
