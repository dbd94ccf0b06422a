import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.TreeMap;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.NullableSchema;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Fills one of Kafka's schemas with random values: edge values often, tagged fields and nulls now and then. */
final class RandomStructs {
    private static final int ARRAY_LENGTH_MAX = 3;
    private static final int DEPTH_OF_LONG_ARRAYS = 2;
    private static final String LETTERS = "abcdefghij-._é\u20ac";

    private final Random random;

    RandomStructs(long seed) {
        random = new Random(seed);
    }

    byte[] bytesOf(Schema schema) {
        Struct struct = struct(schema, 0);
        ByteBuffer buffer = ByteBuffer.allocate(schema.sizeOf(struct));
        schema.write(buffer, struct);
        return buffer.array();
    }

    private Struct struct(Schema schema, int depth) {
        Struct struct = new Struct(schema);
        for (BoundField field : schema.fields()) struct.set(field, value(field.def.type, depth));
        return struct;
    }

    private Object value(Type type, int depth) {
        if (type instanceof TaggedFields) return tagged((TaggedFields) type, depth);
        if (type instanceof ArrayOf || type instanceof CompactArrayOf) return array(type, depth);
        if (type.isNullable() && random.nextInt(4) == 0) return null;
        if (type instanceof Schema) return struct((Schema) type, depth + 1);
        return primitive(type);
    }

    private Object tagged(TaggedFields type, int depth) {
        TreeMap<Integer, Object> values = new TreeMap<>();
        type.fields().forEach((tag, field) -> {
            if (random.nextBoolean()) values.put(tag, taggedValue(field.type, depth));
        });
        return values;
    }

    /** A null struct is never made here: Kafka's schemas write it in another way than its message classes read it. */
    private Object taggedValue(Type type, int depth) {
        return type instanceof NullableSchema ? struct((Schema) type, depth + 1) : value(type, depth);
    }

    private Object array(Type type, int depth) {
        if (type.isNullable() && random.nextInt(5) == 0) return null;
        int most = depth < DEPTH_OF_LONG_ARRAYS ? ARRAY_LENGTH_MAX : 1;
        Object[] items = new Object[random.nextInt(most + 1)];
        Type element = type.arrayElementType().get();
        for (int i = 0; i < items.length; i++) items[i] = value(element, depth + 1);
        return items;
    }

    private Object primitive(Type type) {
        String name = ((Type.DocumentedType) type).typeName();
        switch (name) {
            case "BOOLEAN": return random.nextBoolean();
            case "INT8": return (byte) number(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case "INT16": return (short) number(Short.MIN_VALUE, Short.MAX_VALUE);
            case "UINT16": return (int) number(0, 0xFFFF);
            case "INT32": return (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "UINT32": return number(0, 0xFFFFFFFFL);
            case "INT64": return number(Long.MIN_VALUE, Long.MAX_VALUE);
            case "FLOAT64": return random.nextGaussian();
            case "UUID": return new Uuid(random.nextInt(4), random.nextLong());
            default: break;
        }
        if (name.endsWith("STRING")) return string();
        if (name.endsWith("BYTES")) return ByteBuffer.wrap(string().getBytes(StandardCharsets.UTF_8));
        if (name.endsWith("RECORDS"))
            return MemoryRecords.readableRecords(ByteBuffer.wrap(string().getBytes(StandardCharsets.UTF_8)));
        throw new IllegalStateException("No values for type " + name);
    }

    private long number(long lowest, long highest) {
        switch (random.nextInt(6)) {
            case 0: return lowest;
            case 1: return highest;
            case 2: return Math.max(lowest, -1);
            case 3: return random.nextInt(100);
            default: return lowest == 0 ? random.nextInt(0xFFFF) : random.nextLong();
        }
    }

    private String string() {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(9); left > 0; left--)
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        return text.toString();
    }
}
