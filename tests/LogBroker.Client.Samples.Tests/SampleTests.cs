using LogBroker.Testing;

namespace LogBroker.Client.Samples.Tests;

/// <summary>The samples do what they say.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task FirstSteps_HandlesOrdersInOrderForEachCustomer()
    {
        await using TestBroker broker = await TestBroker.StartAsync();

        string[] printed = await SampleProgram.RunAsync("FirstSteps", broker.BootstrapServers);

        Assert.Equal("wrote 9 orders", printed[0]);
        Assert.Equal("handled 9 orders", printed[^1]);
        Assert.Equal(
            ["customer-1: order 1, 9.99", "customer-1: order 4, 39.96", "customer-1: order 7, 69.93"],
            printed.Where(line => line.StartsWith("customer-1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task HostedConsumer_RetriesAndGivesUp()
    {
        await using TestBroker broker = await TestBroker.StartAsync();

        string[] printed = await SampleProgram.RunAsync(
            "HostedConsumer", $"--LogBroker:BootstrapServers={broker.BootstrapServers}");

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
        await using TestBroker broker = await TestBroker.StartAsync();

        string[] printed = await SampleProgram.RunAsync("Tracing", broker.BootstrapServers);

        string[] send = printed.Single(line => line.Contains(" send traced-", StringComparison.Ordinal)).Split(' ');
        string[] process = printed.Single(line => line.Contains(" process traced-", StringComparison.Ordinal)).Split(' ');
        Assert.Equal((send[0], send[3]), (process[0], process[1]));
        Assert.Contains("messaging.client.sent.messages ({message})", printed);
        Assert.Contains("messaging.client.consumed.messages ({message})", printed);
    }
}
