import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of a consumer group on Kafka's own client; ../README.md has the command line and what it prints. */
public final class GroupMember implements ConsumerRebalanceListener {
    private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);
    private final String name;

    private GroupMember(String name) {
        this.name = name;
    }

    public static void main(String[] args) {
        Map<String, Object> settings = new HashMap<>(Map.of(
            "bootstrap.servers", args[0], "group.id", args[1], "client.id", args[2], "auto.offset.reset", "earliest",
            "enable.auto.commit", false, "reconnect.backoff.max.ms", 500));
        boolean isClassic = List.of(args).stream().noneMatch("group.protocol=consumer"::equalsIgnoreCase);
        if (isClassic) {
            settings.put("session.timeout.ms", args[3]);
            settings.put("heartbeat.interval.ms", 500);
        }
        for (int i = 4; i < args.length; i++) {
            String[] halves = args[i].split("=", 2);
            settings.put(halves[0], halves[1]);
        }
        new GroupMember(args[2]).run(settings, args[1]);
    }

    private void run(Map<String, Object> settings, String topic) {
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                main.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        consumer.subscribe(List.of(topic), this);
        try {
            while (true) {
                process(consumer, consumer.poll(Duration.ofMillis(100)));
            }
        } catch (WakeupException stopping) {
            consumer.close();
        }
    }

    private void process(KafkaConsumer<?, ?> consumer, ConsumerRecords<?, ?> records) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (ConsumerRecord<?, ?> record : records) {
            say("record " + record.partition() + " " + record.offset());
            positions.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        if (positions.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(positions);
            positions.forEach((partition, position) -> say("committed " + partition.partition() + " " + position.offset()));
        } catch (WakeupException stopping) {
            throw stopping;
        } catch (KafkaException problem) {
            System.err.println(name + " commit: " + problem);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        sayPartitions("assigned", partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        sayPartitions("revoked", partitions);
    }

    private void sayPartitions(String what, Collection<TopicPartition> partitions) {
        say(what + " " + partitions.stream().map(one -> Integer.toString(one.partition())).collect(Collectors.joining(",")));
    }

    /** A line is one write, so that the lines of several members mix in a file and do not tear. */
    private void say(String words) {
        try {
            output.write((name + " " + words + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException problem) {
            throw new IllegalStateException(problem);
        }
    }
}
