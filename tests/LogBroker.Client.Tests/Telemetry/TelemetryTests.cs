using System.Text;
using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Telemetry;

/// <summary>Metrics for brokers that ask (KIP-714).</summary>
public sealed class TelemetryTests
{
    private static readonly Guid Instance = new(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);

    [Fact]
    public async Task Push_ToABrokerThatAsks_TellsWhatIsWantedUntilTheEnd()
    {
        await using var broker = AskingBroker("org.apache.kafka.producer.");
        var client = new LogBrokerClient(broker.Bootstrap);
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);

        await UntilAsync(() => Pushes(broker).Any(push => Text(push).Contains("producer.connection.creation.total", StringComparison.Ordinal)));
        Assert.Equal(Instance, client.ClientInstanceId);
        Assert.All(Pushes(broker), push => Assert.DoesNotContain("consumer", Text(push), StringComparison.Ordinal));
        await client.DisposeAsync();

        var last = Pushes(broker)[^1];
        Assert.True(last.Terminating);
        Assert.Equal((Instance, 11), (last.ClientInstanceId, last.SubscriptionId));
    }

    [Fact]
    public async Task Push_WithACodecTheBrokerLikes_IsPacked()
    {
        await using var broker = AskingBroker("", CompressionType.Gzip);
        await using var client = new LogBrokerClient(broker.Bootstrap);
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Fetch, default);

        await UntilAsync(() => Pushes(broker).Length > 0);

        var push = Pushes(broker)[0];
        using var plain = new PooledBufferWriter();
        Assert.Equal((sbyte)CompressionType.Gzip, push.CompressionType);
        Compression.CompressionCodecs.Get(CompressionType.Gzip).Decompress(push.Metrics.Span, plain, 100_000);
        Assert.Contains("consumer.connection.creation.rate", Encoding.Latin1.GetString(plain.WrittenSpan), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_UnderASubscriptionThatChanged_AsksAgain()
    {
        await using var broker = AskingBroker("");
        int refusals = 0;
        broker.Answer<PushTelemetryRequest>((_, _) => new PushTelemetryResponse
        {
            ErrorCode = Interlocked.Increment(ref refusals) == 1 ? ErrorCode.UnknownSubscriptionId : ErrorCode.None,
        });
        await using var client = new LogBrokerClient(broker.Bootstrap);

        await client.Cluster.Metadata.RefreshAsync(default);
        await UntilAsync(() => broker.CountOf(ApiKey.PushTelemetry) >= 2);

        var asked = broker.Requests.Select(seen => seen.Request).OfType<GetTelemetrySubscriptionsRequest>().ToArray();
        Assert.Equal([Guid.Empty, Instance], asked.Take(2).Select(request => request.ClientInstanceId));
    }

    [Fact]
    public async Task Push_SwitchedOff_AsksNobody()
    {
        await using var broker = AskingBroker("");
        await using var client = new LogBrokerClient(
            new ClientOptions { BootstrapServers = [broker.Bootstrap], EnableMetricsPush = false });

        await client.Cluster.Metadata.RefreshAsync(default);
        await Task.Delay(100);

        Assert.Equal(0, broker.CountOf(ApiKey.GetTelemetrySubscriptions));
    }

    private static ScriptedBroker AskingBroker(string wanted, CompressionType accepted = CompressionType.None)
    {
        var broker = new ScriptedBroker();
        broker.Answer<GetTelemetrySubscriptionsRequest>((_, _) => new GetTelemetrySubscriptionsResponse
        {
            ClientInstanceId = Instance,
            SubscriptionId = 11,
            AcceptedCompressionTypes = [(sbyte)accepted],
            PushIntervalMs = 50,
            TelemetryMaxBytes = 100_000,
            RequestedMetrics = [wanted],
        });
        broker.Answer<PushTelemetryRequest>((_, _) => new PushTelemetryResponse());
        return broker;
    }

    private static PushTelemetryRequest[] Pushes(ScriptedBroker broker) =>
        [.. broker.Requests.Select(seen => seen.Request).OfType<PushTelemetryRequest>()];

    private static string Text(PushTelemetryRequest push) => Encoding.Latin1.GetString(push.Metrics.Span);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition()) await Task.Delay(10, limit.Token);
    }
}
