using System.Collections.Immutable;
using System.Text;
using LogBroker.Client.Connections;
using LogBroker.Client.Telemetry;
using LogBroker.Client.Tests.Consuming;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Tests;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Tests.Telemetry;

/// <summary>Metrics for brokers that ask (KIP-714).</summary>
public sealed class TelemetryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Guid Instance = new(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);

    [Fact]
    public async Task Push_ToABrokerThatAsks_TellsWhatIsWantedUntilTheEnd()
    {
        await using var broker = AskingBroker("org.apache.kafka.producer.");
        var time = new ManualTimeProvider();
        var client = new LogBrokerClient(new ClientOptions { BootstrapServers = [broker.Bootstrap], TimeProvider = time });
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Patience)).Brokers.Keys.Single();
        await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default).AsTask().WaitAsync(Patience);

        await Filling.UntilAsync(
            time, TimeSpan.FromMilliseconds(25),
            () => Pushes(broker).Any(push => Text(push).Contains("producer.connection.creation.total", StringComparison.Ordinal)), "it is pushed");
        Assert.Equal(Instance, client.ClientInstanceId);
        Assert.All(Pushes(broker), push => Assert.DoesNotContain("consumer", Text(push), StringComparison.Ordinal));
        await client.DisposeAsync().AsTask().WaitAsync(Patience); // The last push has a second, on a clock that stands.

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

        // The first push may be older than the connection.
        await UntilAsync(() => Pushes(broker).Any(push => Unpacked(push).Contains("consumer.connection.creation.rate", StringComparison.Ordinal)));

        Assert.All(Pushes(broker), push => Assert.Equal((sbyte)CompressionType.Gzip, push.CompressionType));
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

    [Fact]
    public async Task Push_ToABrokerThatWantsNothingYet_BeginsWhenItDoes()
    {
        await using var broker = AskingBroker("");
        int asked = 0;
        broker.Answer<GetTelemetrySubscriptionsRequest>((_, _) => Subscription(
            Interlocked.Increment(ref asked) == 1 ? [] : [""], [(sbyte)CompressionType.None]));
        await using var client = new LogBrokerClient(broker.Bootstrap);

        await client.Cluster.Metadata.RefreshAsync(default);
        await UntilAsync(() => Pushes(broker).Length > 0);

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Push_WithACodecThatThereIsNot_TakesTheNextOne()
    {
        await using var broker = AskingBroker("");
        broker.Answer<GetTelemetrySubscriptionsRequest>((_, _) => Subscription([""], [77, (sbyte)CompressionType.Gzip]));
        await using var client = new LogBrokerClient(broker.Bootstrap);

        await client.Cluster.Metadata.RefreshAsync(default);
        await UntilAsync(() => Pushes(broker).Length > 0);

        Assert.Equal((sbyte)CompressionType.Gzip, Pushes(broker)[0].CompressionType);
    }

    [Fact]
    public async Task Dispose_AfterAnUnexpectedFailure_ClosesEverything()
    {
        await using var unobserved = new UnobservedFailures();
        await using (var broker = AskingBroker(""))
        {
            using var log = new FailingLog("TelemetrySubscribed");
            var client = new LogBrokerClient(new ClientOptions { BootstrapServers = [broker.Bootstrap], LoggerFactory = log });
            int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
            var connection = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);
            await UntilAsync(() => log.HasFailed);

            await client.DisposeAsync();

            Assert.False(connection.IsOpen);
        }
    }

    [Fact]
    public void Metrics_OfABrokerReachedOverTwoLanes_AreOnePoint()
    {
        var metrics = new ClientMetrics();
        foreach (var lane in new[] { ConnectionLane.Fetch, ConnectionLane.Group }) metrics.Of(lane).Connected();
        metrics.Of(ConnectionLane.Fetch).Answered(1, TimeSpan.FromMilliseconds(10), throttleTimeMs: 4);
        metrics.Of(ConnectionLane.Group).Answered(1, TimeSpan.FromMilliseconds(30), throttleTimeMs: 900);

        var points = metrics.Take([""], asDelta: false, TimeSpan.FromSeconds(1)).ToDictionary(point => (point.Name, point.NodeId), point => point.Value);

        Assert.Equal(20, points[("org.apache.kafka.consumer.node.request.latency.avg", "1")]);
        Assert.Equal(30, points[("org.apache.kafka.consumer.node.request.latency.max", "1")]);
        Assert.Equal(4, points[("org.apache.kafka.consumer.fetch.manager.fetch.throttle.time.max", null)]);
    }

    private static ScriptedBroker AskingBroker(string wanted, CompressionType accepted = CompressionType.None)
    {
        var broker = new ScriptedBroker();
        broker.Answer<GetTelemetrySubscriptionsRequest>((_, _) => Subscription([wanted], [(sbyte)accepted]));
        broker.Answer<PushTelemetryRequest>((_, _) => new PushTelemetryResponse());
        return broker;
    }

    private static GetTelemetrySubscriptionsResponse Subscription(ImmutableArray<string> wanted, ImmutableArray<sbyte> accepted) => new()
    {
        ClientInstanceId = Instance,
        SubscriptionId = 11,
        AcceptedCompressionTypes = accepted,
        PushIntervalMs = 50,
        TelemetryMaxBytes = 100_000,
        RequestedMetrics = wanted,
    };

    private static PushTelemetryRequest[] Pushes(ScriptedBroker broker) =>
        [.. broker.Requests.Select(seen => seen.Request).OfType<PushTelemetryRequest>()];

    private static string Text(PushTelemetryRequest push) => Encoding.Latin1.GetString(push.Metrics.Span);

    private static string Unpacked(PushTelemetryRequest push)
    {
        using var plain = new PooledBufferWriter();
        Compression.CompressionCodecs.Get(CompressionType.Gzip).Decompress(push.Metrics.Span, plain, 100_000);
        return Encoding.Latin1.GetString(plain.WrittenSpan);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(10, limit.Token);
    }

    /// <summary>A log that fails to write one event, as whatever a client uses may fail.</summary>
    private sealed class FailingLog(string eventName) : ILoggerFactory, ILogger
    {
        public bool HasFailed { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name != eventName) return;
            HasFailed = true;
            throw new InvalidOperationException("the disk is full");
        }
    }
}
