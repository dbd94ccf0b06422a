import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue;

/** Writes random messages of every API, version and persisted record with Kafka's own classes. See README.md. */
public final class VectorWriter {
    private static final int RANDOM_PER_VERSION = 24;
    private static final byte END = 0, MESSAGE = 1, REQUEST_HEADER = 2, RESPONSE_HEADER = 3, REFUSALS = 4;
    private static final int NOT_TRIED = -1, REFUSED = -2;

    /** APIs between controllers, and records of the metadata log, which LogBroker does not speak. */
    private static final Set<Integer> API_KEYS_LEFT_OUT = Set.of(52, 53, 54, 56, 58, 59, 62, 63, 67, 70, 73, 82);
    private static final Set<String> RECORDS_LEFT_OUT = Set.of("DefaultPrincipalData", "KRaftVersionRecord",
        "RequestHeaderData", "ResponseHeaderData", "SnapshotFooterRecord", "SnapshotHeaderRecord", "VotersRecord");
    private static final List<String> JARS = List.of("clients", "group-coordinator", "share-coordinator", "storage",
        "streams", "transaction-coordinator");

    private final DataOutputStream output;

    private VectorWriter(DataOutputStream output) {
        this.output = output;
    }

    public static void main(String[] arguments) throws Exception {
        Path libraries = Path.of(arguments[0], "libs");
        try (OutputStream file = Files.newOutputStream(Path.of(arguments[1]));
             DataOutputStream output = new DataOutputStream(new BufferedOutputStream(new BestGzip(file)))) {
            VectorWriter writer = new VectorWriter(output);
            for (String name : messageClasses(libraries)) writer.writeMessages(name);
            for (ApiKeys key : ApiKeys.values()) writer.writeHeaders(key);
            output.writeByte(END);
        }
    }

    /** Names the generated message classes in Kafka's jars, in order, without those left out. */
    private static Set<String> messageClasses(Path libraries) throws IOException {
        Set<String> names = new TreeSet<>();
        for (String jar : JARS) {
            File[] found = libraries.toFile().listFiles((folder, file) -> file.matches("kafka-" + jar + "-[0-9.]+\\.jar"));
            try (JarFile content = new JarFile(found[0])) {
                content.stream().map(entry -> entry.getName())
                    .filter(name -> name.matches(".*/(common/message|generated)/[A-Za-z]+\\.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .forEach(names::add);
            }
        }
        return names;
    }

    private void writeMessages(String className) throws Exception {
        Class<?> found = Class.forName(className);
        if (!Message.class.isAssignableFrom(found)) return;
        Class<? extends Message> type = found.asSubclass(Message.class);
        String name = found.getSimpleName();
        boolean isApi = name.endsWith("RequestData") || name.endsWith("ResponseData");
        if (isApi) {
            short key = ((org.apache.kafka.common.protocol.ApiMessage) type.getDeclaredConstructor().newInstance()).apiKey();
            if (API_KEYS_LEFT_OUT.contains((int) key)) return;
            name = name.substring(0, name.length() - "Data".length());
        }
        if (RECORDS_LEFT_OUT.contains(name) || name.startsWith("Remote")) return;
        Schema[] schemas = (Schema[]) type.getField("SCHEMAS").get(null);
        for (int version = 0; version < schemas.length; version++) {
            if (schemas[version] == null) continue;
            for (int i = 0; i < RANDOM_PER_VERSION; i++) {
                byte[] random = new RandomStructs(name.hashCode() * 31L + version * 7L + i).bytesOf(schemas[version]);
                writeMessage(name, type, (short) version, random);
            }
        }
        for (Refusals.Finding finding : Refusals.of(type)) writeFinding(name, finding);
    }

    /** Writes what Kafka's class makes of the bytes, in their own version and in the highest. */
    private void writeMessage(String name, Class<? extends Message> type, short version, byte[] bytes) throws Exception {
        Message message = type.getDeclaredConstructor().newInstance();
        message.read(new ByteBufferAccessor(ByteBuffer.wrap(bytes)), version);
        if (message instanceof ConsumerGroupMemberMetadataValue member && bytes.length % 4 == 0)
            member.setClassicMemberMetadata(null);
        output.writeByte(MESSAGE);
        output.writeUTF(name);
        output.writeShort(version);
        writeBytes(MessageUtil.toByteBufferAccessor(message, version).buffer());
        short highest = message.highestSupportedVersion();
        if (highest == version) {
            output.writeInt(NOT_TRIED);
            return;
        }
        try {
            writeBytes(MessageUtil.toByteBufferAccessor(message, highest).buffer());
        } catch (UnsupportedVersionException refusal) {
            output.writeInt(REFUSED);
        } catch (NullPointerException nullBeyondVersion) {
            output.writeInt(REFUSED);
        }
    }

    private void writeFinding(String name, Refusals.Finding finding) throws IOException {
        output.writeByte(REFUSALS);
        output.writeUTF(name);
        output.writeUTF(finding.path());
        for (List<Short> versions : List.of(finding.tried(), finding.refused())) {
            output.writeShort(versions.size());
            for (short version : versions) output.writeShort(version);
        }
    }

    private void writeHeaders(ApiKeys key) throws IOException {
        if (API_KEYS_LEFT_OUT.contains((int) key.id)) return;
        for (short version = key.messageType.lowestSupportedVersion();
             version <= key.messageType.highestSupportedVersion(true); version++) {
            int correlationId = key.id * 1000 + version;
            Message request = new RequestHeaderData().setRequestApiKey(key.id).setRequestApiVersion(version)
                .setCorrelationId(correlationId).setClientId(version % 3 == 0 ? null : "client-" + version);
            writeHeader(REQUEST_HEADER, key, version, request, key.requestHeaderVersion(version));
            Message response = new ResponseHeaderData().setCorrelationId(correlationId);
            writeHeader(RESPONSE_HEADER, key, version, response, key.responseHeaderVersion(version));
        }
    }

    private void writeHeader(byte kind, ApiKeys key, short version, Message header, short headerVersion) throws IOException {
        output.writeByte(kind);
        output.writeShort(key.id);
        output.writeShort(version);
        writeBytes(MessageUtil.toByteBufferAccessor(header, headerVersion).buffer());
    }

    private void writeBytes(ByteBuffer buffer) throws IOException {
        ByteBuffer bytes = buffer.duplicate();
        if (bytes.position() != 0) bytes.flip();
        output.writeInt(bytes.remaining());
        output.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream output) throws IOException {
            super(output);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
