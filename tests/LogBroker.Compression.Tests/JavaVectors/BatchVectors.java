import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Record batches as Apache Kafka's own classes write and read them.
 *
 *   write DIR   writes the vectors that the tests read
 *   read DIR    reads every .batch file there and says whether it holds the sample records
 *
 * The sample records are given by a formula that SampleRecords.cs repeats.
 */
public final class BatchVectors {
    private static final long BASE_OFFSET = 1_000;
    private static final long BASE_TIMESTAMP = 1_700_000_000_000L;
    private static final long PRODUCER_ID = 4_711;
    private static final short PRODUCER_EPOCH = 3;
    private static final int BASE_SEQUENCE = 20;
    private static final int LEADER_EPOCH = 5;

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[1]);
        if (args[0].equals("write")) write(directory);
        else read(directory);
    }

    private static void write(Path directory) throws Exception {
        Files.createDirectories(directory);
        var codecs = new TreeMap<String, Compression>();
        codecs.put("none", Compression.NONE);
        codecs.put("gzip", Compression.gzip().build());
        codecs.put("gzip9", Compression.gzip().level(9).build());
        codecs.put("snappy", Compression.snappy().build());
        codecs.put("lz4", Compression.lz4().build());
        codecs.put("lz4high", Compression.lz4().level(17).build());
        codecs.put("zstd", Compression.zstd().build());
        codecs.put("zstd22", Compression.zstd().level(22).build());
        for (var codec : codecs.entrySet()) {
            for (int count : new int[] {1, 60, 900}) {
                if (count == 900 && codec.getKey().equals("none")) continue;
                save(directory, codec.getKey() + "-" + count, records(codec.getValue(), count, TimestampType.CREATE_TIME));
            }
        }
        save(directory, "logappend-60", records(Compression.NONE, 60, TimestampType.LOG_APPEND_TIME));
        for (var type : new ControlRecordType[] {ControlRecordType.COMMIT, ControlRecordType.ABORT}) {
            save(directory, "marker-" + type.name().toLowerCase(), MemoryRecords.withEndTransactionMarker(
                BASE_OFFSET, BASE_TIMESTAMP, LEADER_EPOCH, PRODUCER_ID, PRODUCER_EPOCH,
                new EndTransactionMarker(type, 9)).buffer());
        }
        ByteBuffer empty = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        DefaultRecordBatch.writeEmptyHeader(empty, RecordBatch.CURRENT_MAGIC_VALUE, PRODUCER_ID, PRODUCER_EPOCH,
            BASE_SEQUENCE, BASE_OFFSET, BASE_OFFSET, LEADER_EPOCH, TimestampType.CREATE_TIME, -1, true, false);
        empty.flip();
        save(directory, "empty", empty);
    }

    private static ByteBuffer records(Compression compression, int count, TimestampType type) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 16),
            RecordBatch.CURRENT_MAGIC_VALUE, compression, type, BASE_OFFSET, BASE_TIMESTAMP, PRODUCER_ID,
            PRODUCER_EPOCH, BASE_SEQUENCE, true, LEADER_EPOCH);
        for (int i = 0; i < count; i++) builder.append(timestamp(i), key(i), value(i), headers(i));
        return builder.build().buffer();
    }

    private static void read(Path directory) throws Exception {
        File[] files = directory.toFile().listFiles((folder, name) -> name.endsWith(".batch"));
        Arrays.sort(files);
        for (File file : files) {
            String verdict;
            try {
                verdict = check(MemoryRecords.readableRecords(ByteBuffer.wrap(Files.readAllBytes(file.toPath()))));
            } catch (RuntimeException exception) {
                verdict = exception.toString();
            }
            System.out.println(file.getName() + " " + verdict);
        }
    }

    private static String check(MemoryRecords records) {
        int batches = 0;
        for (RecordBatch batch : records.batches()) {
            batches++;
            batch.ensureValid();
            int i = 0;
            for (Record record : batch) {
                if (record.offset() != BASE_OFFSET + i) return "offset of record " + i;
                if (record.timestamp() != timestamp(i)) return "timestamp of record " + i;
                if (!Arrays.equals(bytes(record.key()), key(i))) return "key of record " + i;
                if (!Arrays.equals(bytes(record.value()), value(i))) return "value of record " + i;
                if (!Arrays.equals(record.headers(), headers(i))) return "headers of record " + i;
                i++;
            }
            if (i != batch.countOrNull()) return "count";
            if (batch.producerId() != PRODUCER_ID || batch.baseSequence() != BASE_SEQUENCE) return "producer";
        }
        return batches == 1 ? "OK" : "batches";
    }

    private static long timestamp(int i) {
        return BASE_TIMESTAMP + i * 7L - (i % 4) * 30L;
    }

    private static byte[] key(int i) {
        return i % 5 == 3 ? null : ("key-" + i % 40).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] value(int i) {
        if (i % 7 == 5) return null;
        byte[] value = new byte[i * 37 % 200];
        for (int j = 0; j < value.length; j++) value[j] = (byte) (j * 3 + i % 9);
        return value;
    }

    private static Header[] headers(int i) {
        Header[] headers = new Header[i % 3];
        for (int n = 0; n < headers.length; n++)
            headers[n] = new RecordHeader("h" + n, n == 1 ? null : new byte[] {(byte) i});
        return headers;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) return null;
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static void save(Path directory, String name, ByteBuffer buffer) throws Exception {
        Files.write(directory.resolve(name + ".batch"), bytes(buffer));
    }
}
