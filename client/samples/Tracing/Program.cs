// Traces and metrics with OpenTelemetry: the consumer's span is a child of the producer's, though only the record connects them.
// Run it with a broker's address: Tracing localhost:9092
using System.Diagnostics;
using LogBroker.Client;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

// In a service the exporters would be OTLP's: AddOtlpExporter().
using TracerProvider tracing = Sdk.CreateTracerProviderBuilder()
    .AddSource("LogBroker.Client")
    .AddProcessor(new SimpleActivityExportProcessor(new SpanPrinter()))
    .Build();
using MeterProvider metrics = Sdk.CreateMeterProviderBuilder()
    .AddMeter("LogBroker.Client")
    .AddReader(new BaseExportingMetricReader(new MetricPrinter()))
    .Build();

await using var client = new LogBrokerClient(args.Length > 0 ? args[0] : "localhost:9092");
string topic = $"traced-{Guid.NewGuid():N}";
await client.Admin.Topics.CreateAsync(topic, partitionCount: 1);
await using var producer = client.CreateProducer<string, string>();
await producer.ProduceAsync(topic, "key", "value");
await using var consumer = client.CreateConsumer<string, string>(
    "tracing", new ConsumerOptions { OffsetReset = OffsetReset.Earliest });
consumer.Subscribe(topic);
await foreach (ConsumedRecord<string, string> record in consumer.ReadAsync())
{
    using Activity? span = record.StartProcessing("tracing"); // ProcessAsync and hosted consumers do this by themselves.
    break;
}

metrics.ForceFlush();
await client.Admin.Topics.DeleteAsync(topic);

internal sealed class SpanPrinter : BaseExporter<Activity>
{
    public override ExportResult Export(in Batch<Activity> batch)
    {
        foreach (Activity span in batch)
            Console.WriteLine($"{span.TraceId} {span.ParentSpanId} -> {span.SpanId} {span.OperationName}");
        return ExportResult.Success;
    }
}

internal sealed class MetricPrinter : BaseExporter<Metric>
{
    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (Metric metric in batch) Console.WriteLine($"{metric.Name} ({metric.Unit})");
        return ExportResult.Success;
    }
}
