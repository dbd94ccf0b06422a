using System.Diagnostics;
using System.Diagnostics.Metrics;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Spans, trace context and metrics, for those who listen.</summary>
public sealed class TracingTests
{
    [Fact]
    public async Task Produce_WithAListener_HasASpanAndItsContextInTheHeaders()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("tracing");
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "LogBroker.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans) spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>();
        using var outer = new Activity("outer").Start();

        await producer.ProduceAsync(topic, "key", "value");

        Activity span;
        lock (spans) span = Assert.Single(spans, span => span.DisplayName == $"send {topic}");
        Assert.Same(outer, Activity.Current);
        Assert.Equal(ActivityKind.Producer, span.Kind);
        Assert.Equal(outer.TraceId, span.TraceId);
        Assert.Equal(topic, span.GetTagItem("messaging.destination.name"));
        Assert.Equal("0", span.GetTagItem("messaging.destination.partition.id"));
        var record = Assert.Single(await TopicReader.ReadAsync(target, topic));
        Assert.Equal(("traceparent", span.Id), Assert.Single(record.Headers));
    }

    [Fact]
    public async Task Produce_WithAMeterListener_CountsRecords()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("metrics");
        long sent = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Meter.Name: "LogBroker.Client", Name: "messaging.client.sent.messages" }) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "messaging.destination.name" && (string?)tag.Value == topic) Interlocked.Add(ref sent, count);
            }
        });
        listener.Start();
        await using var client = target.NewClient();
        await using (var producer = client.CreateProducer<string, string>())
        {
            for (int index = 0; index < 10; index++) await producer.EnqueueAsync(topic, "key", "value");
        }

        Assert.Equal(10, Interlocked.Read(ref sent));
    }

    [Fact]
    public async Task Enqueue_WithoutAListener_AllocatesNothingForARecord()
    {
        const int Rounds = 20;
        const int Records = 1_000;
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("allocation");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, byte[]>();
        var value = new byte[100];
        await producer.ProduceAsync(topic, "key", value);
        long fewest = long.MaxValue;

        // A round may begin a batch, which costs; the best one tells what a record costs.
        for (int round = 0; round < Rounds; round++)
        {
            await producer.FlushAsync();
            fewest = Math.Min(fewest, Enqueue());
        }

        Assert.True(fewest < Records, $"{fewest} bytes for {Records} records");

        long Enqueue()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int index = 0; index < Records; index++)
            {
                ValueTask accepted = producer.EnqueueAsync(topic, "key", value);
                if (!accepted.IsCompleted) return long.MaxValue;
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
