using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Samples.Tests;

/// <summary>The samples do what they say.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task FirstSteps_HandlesOrdersInOrderForEachCustomer()
    {
        ClientTarget target = await ClientTarget.SharedAsync();

        string[] printed = await SampleProgram.RunAsync("FirstSteps", target.Bootstrap);

        Assert.Equal("wrote 9 orders", printed[0]);
        Assert.Equal("handled 9 orders", printed[^1]);
        Assert.Equal(
            ["customer-1: order 1, 9.99", "customer-1: order 4, 39.96", "customer-1: order 7, 69.93"],
            printed.Where(line => line.StartsWith("customer-1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task HostedConsumer_RetriesAndGivesUp()
    {
        ClientTarget target = await ClientTarget.SharedAsync();

        string[] printed = await SampleProgram.RunAsync(
            "HostedConsumer", $"--LogBroker:BootstrapServers={target.Bootstrap}");

        foreach (string line in new[]
        {
            "charged ann 12.50 at attempt 1",
            "charged dan 80 at attempt 1",
            "charged bob 250 at attempt 3",
            "gave up cyd \"a lot\"",
        })
        {
            Assert.Contains(line, printed);
        }
    }

    [Fact]
    public async Task Tracing_PrintsASpanThatIsTheOthersChild()
    {
        ClientTarget target = await ClientTarget.SharedAsync();

        string[] printed = await SampleProgram.RunAsync("Tracing", target.Bootstrap);

        string[] send = printed.Single(line => line.Contains(" send traced-", StringComparison.Ordinal)).Split(' ');
        string[] process = printed.Single(line => line.Contains(" process traced-", StringComparison.Ordinal)).Split(' ');
        Assert.Equal((send[0], send[3]), (process[0], process[1]));
        Assert.Contains("messaging.client.sent.messages ({message})", printed);
        Assert.Contains("messaging.client.consumed.messages ({message})", printed);
    }

    [KafkaOnlyFact]
    public async Task Transactions_ShowOnlyWhatWasCommitted()
    {
        ClientTarget target = await ClientTarget.SharedAsync();

        string[] printed = await SampleProgram.RunAsync("Transactions", target.Bootstrap);

        Assert.Equal(
            [
                "moved 10 from ann to bob",
                "moved nothing from bob: there is no such account",
                "moved 5 from bob to cyd",
                "debit of ann: 10",
                "debit of bob: 5",
            ],
            printed);
    }
}
