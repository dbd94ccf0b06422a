using System.Diagnostics;
using System.Globalization;
using System.Text;
using LogBroker.Client.Producing.Batches;

namespace LogBroker.Client.Producing;

/// <summary>A span for each record from being produced to being delivered, by OpenTelemetry's conventions for messaging, and the trace
/// context in the record's headers (W3C). Costs nothing when nobody listens.</summary>
internal static class ProducerTracing
{
    private static readonly ActivitySource Source = new("LogBroker.Client");

    /// <summary>Whether somebody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Begins the span of a record.</summary>
    /// <returns>Null when it is not sampled.</returns>
    public static Activity? Begin(string topic)
    {
        Activity? current = Activity.Current;
        Activity? span = Source.StartActivity($"send {topic}", ActivityKind.Producer);
        if (span is null) return null;
        Activity.Current = current; // the span ends elsewhere; the caller's goes on
        span.SetTag("messaging.system", "kafka");
        span.SetTag("messaging.operation.name", "send");
        span.SetTag("messaging.operation.type", "send");
        span.SetTag("messaging.destination.name", topic);
        return span;
    }

    /// <summary>Writes the context a consumer goes on from.</summary>
    public static void Inject(Activity? span, EncodedRecord record)
    {
        if ((span ?? Activity.Current) is not { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent } context) return;
        record.AppendHeader("traceparent", Encoding.ASCII.GetBytes(traceParent), isNull: false);
        if (context.TraceStateString is { Length: > 0 } state)
            record.AppendHeader("tracestate", Encoding.ASCII.GetBytes(state), isNull: false);
    }

    /// <summary>Ends the span of a record.</summary>
    public static void End(Activity span, in DeliveryReport report)
    {
        span.SetTag("messaging.destination.partition.id", report.Metadata.Partition.ToString(CultureInfo.InvariantCulture));
        if (report.Error is { } error) Fail(span, error);
        else span.SetTag("messaging.kafka.offset", report.Metadata.Offset.Value);
        span.Stop();
    }

    /// <summary>Ends the span of a record that was not accepted.</summary>
    public static void Refuse(Activity? span, Exception failure)
    {
        if (span is null) return;
        Fail(span, failure);
        span.Stop();
    }

    private static void Fail(Activity span, Exception failure)
    {
        span.SetTag("error.type", failure is KafkaException known ? known.ErrorCode.ToString() : failure.GetType().FullName);
        span.SetStatus(ActivityStatusCode.Error, failure.Message);
    }
}
