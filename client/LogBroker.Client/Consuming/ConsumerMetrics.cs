using System.Diagnostics.Metrics;

namespace LogBroker.Client.Consuming;

/// <summary>What consumers count, by OpenTelemetry's conventions for messaging. Touched once for a batch, and once for a record that a
/// handler worked on.</summary>
internal static class ConsumerMetrics
{
    private static readonly Meter Meter = new("LogBroker.Client");

    private static readonly Counter<long> ConsumedRecords = Meter.CreateCounter<long>(
        "messaging.client.consumed.messages", "{message}", "Records that were handed out.");

    private static readonly Histogram<double> ProcessDuration = Meter.CreateHistogram<double>(
        "messaging.process.duration", "s", "Time a handler worked on a record.");

    private static readonly Counter<long> Stalls = Meter.CreateCounter<long>(
        "logbroker.client.consumer.stalls", "{stall}", "Times a consumer left its group because nothing was asked for, or a handler did not end.");

    /// <summary>Whether anybody measures how long handlers work.</summary>
    public static bool MeasuresDuration => ProcessDuration.Enabled;

    /// <summary>A batch is read.</summary>
    public static void Consumed(string topic, int records)
    {
        if (!ConsumedRecords.Enabled) return;
        ConsumedRecords.Add(
            records,
            new KeyValuePair<string, object?>("messaging.system", "kafka"),
            new KeyValuePair<string, object?>("messaging.operation.name", "poll"),
            new KeyValuePair<string, object?>("messaging.destination.name", topic));
    }

    /// <summary>A consumer leaves its group for a while (<c>max.poll.interval.ms</c>).</summary>
    public static void Stalled(string group) =>
        Stalls.Add(1, new KeyValuePair<string, object?>("messaging.consumer.group.name", group));

    /// <summary>A handler has worked on a record.</summary>
    public static void Processed(string topic, string? group, TimeSpan duration, Exception? failure)
    {
        var tags = new System.Diagnostics.TagList
        {
            { "messaging.system", "kafka" },
            { "messaging.operation.name", "process" },
            { "messaging.destination.name", topic },
        };
        if (group is not null) tags.Add("messaging.consumer.group.name", group);
        if (failure is not null) tags.Add("error.type", failure.GetType().FullName);
        ProcessDuration.Record(duration.TotalSeconds, tags);
    }
}
