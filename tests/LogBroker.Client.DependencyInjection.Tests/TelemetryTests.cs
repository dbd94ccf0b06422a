using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using LogBroker.Client.DependencyInjection.Tests.Consumers;
using LogBroker.Testing;

namespace LogBroker.Client.DependencyInjection.Tests;

/// <summary>What OpenTelemetry sees by <c>AddSource("LogBroker.Client")</c> and <c>AddMeter("LogBroker.Client")</c>. A listener hears the
/// whole process, so nothing else runs beside these.</summary>
[Collection(Alone)]
[CollectionDefinition(Alone, DisableParallelization = true)]
public sealed class TelemetryTests
{
    private const string Alone = "Telemetry";
    private const string Name = "LogBroker.Client";

    [Fact]
    public async Task Trace_GoesFromTheProducerToTheHandler()
    {
        using var spans = new SpanRecorder();
        await using TestBroker broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("traced");
        await using var client = new LogBrokerClient(broker.BootstrapServers);
        await using Producer<string, string> producer = client.CreateProducer<string, string>();
        await producer.ProduceAsync("traced", "a", "1");
        await using Consumer<string, string> consumer = client.CreateConsumer<string, string>(
            null, new ConsumerOptions { OffsetReset = OffsetReset.Earliest });
        consumer.Assign(new Protocol.TopicPartition("traced", 0));
        using var done = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        ActivityTraceId handled = default;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consumer.ProcessAsync(
            (record, _) =>
            {
                handled = Activity.Current!.TraceId;
                Assert.StartsWith(
                    "00-", Encoding.ASCII.GetString(record.Headers.Single(header => header.Key == "traceparent").Value!.Value.Span),
                    StringComparison.Ordinal);
                done.Cancel();
                return ValueTask.CompletedTask;
            },
            cancellationToken: done.Token));

        Assert.NotEqual(default, handled);
        Activity send = await spans.NextAsync("send traced");
        Activity process = await spans.NextAsync("process traced");
        Assert.Equal(send.TraceId, process.TraceId);
        Assert.Equal(send.TraceId, handled);
        Assert.Equal(send.SpanId, process.ParentSpanId);
        Assert.Equal((ActivityKind.Producer, ActivityKind.Consumer), (send.Kind, process.Kind));
        foreach ((string name, object value) in new (string, object)[]
        {
            ("messaging.system", "kafka"),
            ("messaging.destination.name", "traced"),
            ("messaging.destination.partition.id", "0"),
            ("messaging.kafka.offset", 0L),
        })
        {
            Assert.Equal(value, send.GetTagItem(name));
            Assert.Equal(value, process.GetTagItem(name));
        }
        Assert.Equal("send", send.GetTagItem("messaging.operation.type"));
        Assert.Equal("process", process.GetTagItem("messaging.operation.type"));
    }

    [Fact]
    public async Task Trace_OfARecordThatFails_GoesOnThroughRetriesAndDeadLetters()
    {
        using var spans = new SpanRecorder();
        using var parent = new Activity("test");
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.RetryLater(TimeSpan.FromMilliseconds(10)).Handle(
                options => options with { FailureTopicPrefix = "traced-failures" }),
            orders => orders.OnTry = (_, _) => throw new InvalidOperationException("no"));
        parent.Start();
        await host.ProduceAsync("a", "1");
        parent.Stop();

        Activity dead = await spans.NextAsync("send traced-failures.dead");
        Activity retry = await spans.NextAsync("process traced-failures.retry.1");

        Assert.Equal(parent.TraceId, dead.TraceId);
        Assert.Equal(parent.TraceId, retry.TraceId);
        Assert.Equal(dead.ParentSpanId, retry.SpanId);
        Assert.Single((await host.FirstAsync("traced-failures.dead")).Headers, header => header.Key == "traceparent");
        Assert.Equal(ActivityStatusCode.Error, retry.Status);
        Assert.Equal(typeof(InvalidOperationException).FullName, retry.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Metrics_CountWhatWasSentAndConsumed()
    {
        var counts = new ConcurrentDictionary<string, long>();
        var durations = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Name) listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (IsOf(tags, "measured")) counts.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
        });
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            if (IsOf(tags, "measured")) durations.Add(instrument.Name);
        });
        listener.Start();
        await using TestBroker broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("measured");
        await using var client = new LogBrokerClient(broker.BootstrapServers);
        await using Producer<string, string> producer = client.CreateProducer<string, string>();
        for (int number = 0; number < 3; number++) await producer.ProduceAsync("measured", "a", "1");
        await using Consumer<string, string> consumer = client.CreateConsumer<string, string>(
            null, new ConsumerOptions { OffsetReset = OffsetReset.Earliest });
        consumer.Assign(new Protocol.TopicPartition("measured", 0));
        using var done = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        int handled = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consumer.ProcessAsync(
            (_, _) =>
            {
                if (Interlocked.Increment(ref handled) == 3) done.Cancel();
                return ValueTask.CompletedTask;
            },
            cancellationToken: done.Token));

        Assert.Equal(3, handled);
        Assert.Equal(3, counts["messaging.client.sent.messages"]);
        Assert.Equal(3, counts["messaging.client.consumed.messages"]);
        Assert.Equal(3, durations.Count(name => name == "messaging.process.duration"));
    }

    private static bool IsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags, string topic)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == "messaging.destination.name") return tag.Value as string == topic;
        }
        return false;
    }

    /// <summary>Keeps the client's spans as they end.</summary>
    private sealed class SpanRecorder : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentDictionary<string, TaskCompletionSource<Activity>> _ended = [];

        public SpanRecorder()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span => Of(span.DisplayName).TrySetResult(span),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        /// <summary>The first one of this name.</summary>
        public Task<Activity> NextAsync(string name) => Of(name).Task.WaitAsync(TimeSpan.FromSeconds(60));

        public void Dispose() => _listener.Dispose();

        private TaskCompletionSource<Activity> Of(string name) =>
            _ended.GetOrAdd(name, _ => new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
