using System.Diagnostics;
using System.Diagnostics.Metrics;
using LogBroker.Client.Producing.Batches;

namespace LogBroker.Client.Producing;

/// <summary>What producers count, by OpenTelemetry's conventions for messaging where those have a name. Touched once for a batch.
/// </summary>
internal static class ProducerMetrics
{
    private static readonly Meter Meter = new("LogBroker.Client");

    private static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Records that were delivered, or failed with error.type.");

    private static readonly Histogram<int> BatchRecords = Meter.CreateHistogram<int>(
        "logbroker.client.producer.batch.records", "{record}", "Records of a batch that was answered.");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "logbroker.client.producer.retries", "{batch}", "Batches that have to be sent again.");

    private static readonly Counter<long> Blocked = Meter.CreateCounter<long>(
        "logbroker.client.producer.blocked", "{record}", "Records that had to wait for memory.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "messaging.client.operation.duration", "s", "Time from a produce request to its answer.");

    /// <summary>Whether anybody measures how long requests take.</summary>
    public static bool MeasuresDuration => Duration.Enabled;

    public static void Delivered(ProducerBatch batch)
    {
        if (Sent.Enabled) Sent.Add(batch.RecordCount, TagsOf(batch, null));
        if (BatchRecords.Enabled) BatchRecords.Record(batch.RecordCount, TagsOf(batch, null));
    }

    public static void Failed(ProducerBatch batch, KafkaException error)
    {
        if (Sent.Enabled) Sent.Add(batch.RecordCount, TagsOf(batch, error.ErrorCode.ToString()));
    }

    public static void Retried(ProducerBatch batch, string error)
    {
        if (Retries.Enabled) Retries.Add(1, TagsOf(batch, error));
    }

    public static void WaitedForMemory() => Blocked.Add(1);

    public static void Answered(TimeSpan duration)
    {
        if (!Duration.Enabled) return;
        Duration.Record(
            duration.TotalSeconds,
            new KeyValuePair<string, object?>("messaging.system", "kafka"),
            new KeyValuePair<string, object?>("messaging.operation.name", "send"));
    }

    private static TagList TagsOf(ProducerBatch batch, string? error)
    {
        var tags = new TagList
        {
            { "messaging.system", "kafka" },
            { "messaging.operation.name", "send" },
            { "messaging.destination.name", batch.Queue.TopicPartition.Topic },
        };
        if (error is not null) tags.Add("error.type", error);
        return tags;
    }
}
