import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's own Java clients as a foreign client; the command line is described in ../README.md. */
public final class InteropClient {
    private final Map<String, Object> settings = new HashMap<>();

    private InteropClient(String bootstrap) {
        settings.put("bootstrap.servers", bootstrap);
    }

    public static void main(String[] args) throws Exception {
        InteropClient client = new InteropClient(args[0]);
        switch (args[1]) {
            case "create" -> client.create(args);
            case "delete" -> client.delete(args[2]);
            case "list" -> client.list();
            case "describe" -> client.describe(args[2]);
            case "produce" -> client.produce(args[2], Integer.parseInt(args[3]), args[4]);
            case "consume" -> client.consume(new TopicPartition(args[2], Integer.parseInt(args[3])), args[4], Long.parseLong(args[5]));
            case "offset" -> client.offset(new TopicPartition(args[2], Integer.parseInt(args[3])), args[4]);
            default -> throw new IllegalArgumentException(args[1]);
        }
    }

    private void create(String[] args) throws Exception {
        Map<String, String> configs = new HashMap<>();
        for (int i = 4; i < args.length; i++) {
            String[] halves = args[i].split("=", 2);
            configs.put(halves[0], halves[1]);
        }
        try (Admin admin = Admin.create(settings)) {
            NewTopic topic = new NewTopic(args[2], Optional.of(Integer.parseInt(args[3])), Optional.empty()).configs(configs);
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    private void delete(String topic) throws Exception {
        try (Admin admin = Admin.create(settings)) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    private void list() throws Exception {
        try (Admin admin = Admin.create(settings)) {
            admin.listTopics().names().get().forEach(System.out::println);
        }
    }

    private void describe(String topic) throws Exception {
        try (Admin admin = Admin.create(settings)) {
            for (TopicPartitionInfo partition : admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()) {
                System.out.println(partition.partition() + "\t" + partition.leader().id());
            }
        }
    }

    private void produce(String topic, int partition, String codec) throws Exception {
        settings.put("compression.type", codec);
        settings.put("linger.ms", 50);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                sent.add(producer.send(RecordLines.parse(topic, partition, line)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> openConsumer() {
        settings.put("enable.auto.commit", false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void consume(TopicPartition partition, String from, long count) {
        try (KafkaConsumer<byte[], byte[]> consumer = openConsumer()) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, offsetAt(consumer, partition, from));
            consumer.position(partition);
            System.err.println("ready");
            while (count > 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (count-- > 0) {
                        System.out.println(RecordLines.print(record));
                    }
                }
            }
        }
    }

    private void offset(TopicPartition partition, String where) {
        try (KafkaConsumer<byte[], byte[]> consumer = openConsumer()) {
            System.out.println(offsetAt(consumer, partition, where));
        }
    }

    private static long offsetAt(KafkaConsumer<?, ?> consumer, TopicPartition partition, String where) {
        if (where.startsWith("offset:")) {
            return Long.parseLong(where.substring(7));
        }
        if (where.startsWith("time:")) {
            OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, Long.valueOf(where.substring(5)))).get(partition);
            return found == null ? -1 : found.offset();
        }
        boolean first = where.equals("beginning") || where.equals("earliest");
        return (first ? consumer.beginningOffsets(List.of(partition)) : consumer.endOffsets(List.of(partition))).get(partition);
    }
}
