using LogBroker.Protocol.Records;

namespace LogBroker.Client.Telemetry;

/// <summary>Metrics in OpenTelemetry's form, <c>opentelemetry.proto.metrics.v1.MetricsData</c>, as brokers take them.</summary>
internal static class OtlpMetrics
{
    private const ulong Delta = 1;
    private const ulong Cumulative = 2;

    public static byte[] Encode(
        IReadOnlyList<MetricPoint> points, bool asDelta, DateTimeOffset start, DateTimeOffset now)
    {
        using var output = new PooledBufferWriter();
        ProtobufWriter.WriteMessage(output, 1, resource => ProtobufWriter.WriteMessage(resource, 2, scope =>
        {
            foreach (var point in points) ProtobufWriter.WriteMessage(scope, 2, metric => Write(metric, point, asDelta, start, now));
        }));
        return output.WrittenSpan.ToArray();
    }

    private static void Write(PooledBufferWriter metric, MetricPoint point, bool asDelta, DateTimeOffset start, DateTimeOffset now)
    {
        const int Gauge = 5;
        const int Sum = 7;
        ProtobufWriter.WriteText(metric, 1, point.Name);
        ProtobufWriter.WriteMessage(metric, point.IsSum ? Sum : Gauge, data =>
        {
            ProtobufWriter.WriteMessage(data, 1, number => WriteNumber(number, point, start, now));
            if (!point.IsSum) return;
            ProtobufWriter.WriteVarint(data, 2, asDelta ? Delta : Cumulative);
            ProtobufWriter.WriteVarint(data, 3, 1);
        });
    }

    private static void WriteNumber(PooledBufferWriter number, MetricPoint point, DateTimeOffset start, DateTimeOffset now)
    {
        if (point.IsSum) ProtobufWriter.WriteFixed64(number, 2, Nanoseconds(start));
        ProtobufWriter.WriteFixed64(number, 3, Nanoseconds(now));
        ProtobufWriter.WriteDouble(number, 4, point.Value);
        if (point.NodeId is not { } nodeId) return;
        ProtobufWriter.WriteMessage(number, 7, attribute =>
        {
            ProtobufWriter.WriteText(attribute, 1, "node.id");
            ProtobufWriter.WriteMessage(attribute, 2, value => ProtobufWriter.WriteText(value, 1, nodeId));
        });
    }

    private static ulong Nanoseconds(DateTimeOffset time) =>
        (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
