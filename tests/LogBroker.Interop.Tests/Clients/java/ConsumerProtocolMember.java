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

/** A member of a group of either protocol on Kafka's own client; ../consumer-protocol.md has the command line and the lines. */
public final class ConsumerProtocolMember implements ConsumerRebalanceListener {
    private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);
    private final String name;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private ConsumerProtocolMember(String name, Map<String, Object> settings) {
        this.name = name;
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    public static void main(String[] args) {
        Map<String, Object> settings = new HashMap<>(Map.of(
            "bootstrap.servers", args[0], "group.id", args[1], "client.id", args[3], "auto.offset.reset", "earliest",
            "enable.auto.commit", false, "reconnect.backoff.max.ms", 500, "max.poll.records", 50));
        for (int i = 4; i < args.length; i++) {
            String[] halves = args[i].split("=", 2);
            settings.put(halves[0], halves[1]);
        }
        new ConsumerProtocolMember(args[3], settings).run(args[2]);
    }

    private void run(String topic) {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                main.join();
            } catch (InterruptedException problem) {
                Thread.currentThread().interrupt();
            }
        }));
        consumer.subscribe(List.of(topic), this);
        try {
            while (true) {
                process(consumer.poll(Duration.ofMillis(100)));
            }
        } catch (WakeupException stopping) {
            consumer.close();
            say("closed");
        }
    }

    private void process(ConsumerRecords<byte[], byte[]> records) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
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
        say("assigned", partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        say("revoked", partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        say("lost", partitions);
    }

    private void say(String what, Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            say(what + " " + partitions.stream().map(one -> Integer.toString(one.partition())).collect(Collectors.joining(",")));
        }
    }

    /** A line is one write: the lines of several members in one file do not tear, and stand in the order they were said. */
    private void say(String words) {
        try {
            output.write((name + " " + words + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException problem) {
            throw new IllegalStateException(problem);
        }
    }
}
