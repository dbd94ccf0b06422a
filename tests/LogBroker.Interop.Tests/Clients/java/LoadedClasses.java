import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Loads the classes that every client loads, without a broker, so that they can be archived: later JVMs start in half the time. */
public final class LoadedClasses {
    private static final Duration A_MOMENT = Duration.ofMillis(300);

    public static void main(String[] args) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", "127.0.0.1:1", "group.id", "none", "max.block.ms", "300",
            "request.timeout.ms", "300", "default.api.timeout.ms", "300", "delivery.timeout.ms", "300", "linger.ms", "0");
        try (Admin admin = Admin.create(settings)) {
            admin.listTopics().names();
            Thread.sleep(A_MOMENT.toMillis());
        }
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("none", new byte[1]));
        }
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("none"));
            consumer.poll(A_MOMENT);
        }
    }
}
