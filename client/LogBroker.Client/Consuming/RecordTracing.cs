using System.Diagnostics;
using System.Globalization;
using System.Text;
using LogBroker.Protocol.Records;

namespace LogBroker.Client;

/// <summary>Spans of records that are worked on, as children of the spans that wrote them: the context is in the records' headers (W3C),
/// the attributes are those of OpenTelemetry's conventions for messaging. <see cref="Consumer{TKey, TValue}.ProcessAsync"/> makes one for
/// each record by itself; costs nothing when nobody listens to the source <c>LogBroker.Client</c>.</summary>
public static class RecordTracing
{
    internal const string SourceName = "LogBroker.Client";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of working on a record that came from <see cref="Consumer{TKey, TValue}.ReadAsync"/>; dispose it when the
    /// work is done.</summary>
    /// <param name="record">The record.</param>
    /// <param name="group">The consumer's group.</param>
    /// <returns>Null when nobody listens or the trace is not sampled.</returns>
    public static Activity? StartProcessing<TKey, TValue>(this in ConsumedRecord<TKey, TValue> record, string? group = null)
    {
        if (!Source.HasListeners()) return null;
        Activity? span = Source.StartActivity($"process {record.Topic}", ActivityKind.Consumer, WriterOf(record.Headers));
        if (span is null) return null;
        span.SetTag("messaging.system", "kafka");
        span.SetTag("messaging.operation.name", "process");
        span.SetTag("messaging.operation.type", "process");
        span.SetTag("messaging.destination.name", record.Topic);
        span.SetTag("messaging.destination.partition.id", record.Partition.ToString(CultureInfo.InvariantCulture));
        span.SetTag("messaging.kafka.offset", record.Offset.Value);
        if (group is not null) span.SetTag("messaging.consumer.group.name", group);
        return span;
    }

    /// <summary>The span's work has failed.</summary>
    internal static void Fail(Activity? span, Exception failure)
    {
        if (span is null) return;
        span.SetTag("error.type", failure is KafkaException known ? known.ErrorCode.ToString() : failure.GetType().FullName);
        span.SetStatus(ActivityStatusCode.Error, failure.Message);
    }

    /// <summary>The span that wrote the record last: a copy has the contexts of its writers one after the other.</summary>
    private static ActivityContext WriterOf(IReadOnlyList<RecordHeader> headers)
    {
        string? traceParent = null;
        string? traceState = null;
        foreach (RecordHeader header in headers)
        {
            if (header.Value is not { } value) continue;
            if (header.Key == "traceparent") (traceParent, traceState) = (Encoding.ASCII.GetString(value.Span), null);
            else if (header.Key == "tracestate") traceState = Encoding.ASCII.GetString(value.Span);
        }
        return ActivityContext.TryParse(traceParent, traceState, isRemote: true, out ActivityContext context) ? context : default;
    }
}
