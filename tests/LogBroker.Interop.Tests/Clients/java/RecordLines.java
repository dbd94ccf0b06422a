import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The line form of records that ../README.md describes. */
final class RecordLines {
    private RecordLines() {
    }

    static ProducerRecord<byte[], byte[]> parse(String topic, int partition, String line) {
        String[] fields = line.split("\t", -1);
        Long timestamp = fields[0].equals("~") ? null : Long.valueOf(fields[0]);
        List<Header> headers = new ArrayList<>();
        for (String pair : fields[3].isEmpty() ? new String[0] : fields[3].split(",")) {
            String[] halves = pair.split(":", -1);
            headers.add(new RecordHeader(new String(decode(halves[0]), StandardCharsets.UTF_8), decode(halves[1])));
        }
        return new ProducerRecord<>(topic, partition, timestamp, decode(fields[1]), decode(fields[2]), headers);
    }

    static String print(ConsumerRecord<byte[], byte[]> record) {
        String headers = StreamSupport.stream(record.headers().spliterator(), false)
            .map(header -> encode(header.key().getBytes(StandardCharsets.UTF_8)) + ":" + encode(header.value()))
            .collect(Collectors.joining(","));
        return String.join("\t", String.valueOf(record.offset()), String.valueOf(record.timestamp()),
            encode(record.key()), encode(record.value()), headers);
    }

    private static byte[] decode(String text) {
        return text.equals("~") ? null : Base64.getDecoder().decode(text);
    }

    private static String encode(byte[] data) {
        return data == null ? "~" : Base64.getEncoder().encodeToString(data);
    }
}
