import java.io.FileWriter;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.server.telemetry.ClientTelemetry;
import org.apache.kafka.server.telemetry.ClientTelemetryReceiver;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.MetricsData;

/** Apache Kafka's seam for clients' metrics: reads what arrives with OpenTelemetry's own classes and writes it to a file. */
public final class TelemetryReceiver implements MetricsReporter, ClientTelemetry {
    @Override
    public ClientTelemetryReceiver clientReceiver() {
        return (context, payload) -> {
            try (FileWriter file = new FileWriter(System.getenv("TELEMETRY_FILE"), true)) {
                StringBuilder line = new StringBuilder(payload.clientInstanceId() + " " + payload.isTerminating());
                MetricsData.parseFrom(payload.data().duplicate()).getResourceMetricsList().forEach(resource ->
                    resource.getScopeMetricsList().forEach(scope -> scope.getMetricsList().forEach(metric ->
                        line.append(' ').append(metric.getName()).append('=').append(metric.hasSum()
                            ? "sum:" + metric.getSum().getDataPoints(0).getAsDouble()
                            : "gauge:" + metric.getGauge().getDataPoints(0).getAsDouble()))));
                file.write(line + "\n");
            } catch (Exception failure) {
                throw new RuntimeException(failure);
            }
        };
    }

    @Override
    public void configure(Map<String, ?> configs) {
    }

    @Override
    public void init(List<KafkaMetric> metrics) {
    }

    @Override
    public void metricChange(KafkaMetric metric) {
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
    }

    @Override
    public void close() {
    }
}
