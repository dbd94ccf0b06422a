import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Finds out, field by field, which versions of a message refuse a value other than the default. */
final class Refusals {
    /** A field by its path from the message, the versions tried, and those that refused. */
    record Finding(String path, List<Short> tried, List<Short> refused) { }

    private final Class<? extends Message> type;
    private final List<Finding> findings = new ArrayList<>();

    private Refusals(Class<? extends Message> type) {
        this.type = type;
    }

    static List<Finding> of(Class<? extends Message> type) throws ReflectiveOperationException {
        Refusals refusals = new Refusals(type);
        refusals.walk(type, new ArrayList<>());
        return refusals.findings;
    }

    private void walk(Class<?> holder, List<Field> path) throws ReflectiveOperationException {
        for (Field field : holder.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || field.getName().startsWith("_")
                || field.getName().equals("next") || field.getName().equals("prev")) continue;
            field.setAccessible(true);
            path.add(field);
            Finding finding = probe(path);
            boolean isInNoVersion = finding.refused().equals(finding.tried());
            if (!isInNoVersion) findings.add(finding);
            Class<?> struct = structOf(field);
            if (struct != null) walk(struct, path);
            path.remove(path.size() - 1);
        }
    }

    private Finding probe(List<Field> path) throws ReflectiveOperationException {
        List<Short> tried = new ArrayList<>(), refused = new ArrayList<>();
        Message plain = build(path, false), changed = build(path, true);
        for (short version = plain.lowestSupportedVersion(); version <= plain.highestSupportedVersion(); version++) {
            if (write(plain, version) != null) continue;
            RuntimeException fault = write(changed, version);
            if (fault != null && !(fault instanceof UnsupportedVersionException)) continue;
            tried.add(version);
            if (fault != null) refused.add(version);
        }
        StringBuilder names = new StringBuilder();
        for (Field field : path) names.append(names.length() == 0 ? "" : ".").append(field.getName());
        return new Finding(names.toString(), tried, refused);
    }

    private static RuntimeException write(Message message, short version) {
        try {
            MessageUtil.toByteBufferAccessor(message, version);
            return null;
        } catch (RuntimeException fault) {
            return fault;
        }
    }

    /** Makes a message of defaults with one struct in each holder on the way to the field. */
    private Message build(List<Field> path, boolean isChanged) throws ReflectiveOperationException {
        Message message = type.getDeclaredConstructor().newInstance();
        Object holder = message;
        for (Field field : path.subList(0, path.size() - 1)) {
            Object child = structOf(field).getDeclaredConstructor().newInstance();
            hold(holder, field, child);
            holder = child;
        }
        if (isChanged) change(holder, path.get(path.size() - 1));
        return message;
    }

    @SuppressWarnings("unchecked")
    private static void hold(Object holder, Field field, Object child) throws ReflectiveOperationException {
        if (!Collection.class.isAssignableFrom(field.getType())) {
            field.set(holder, child);
            return;
        }
        Collection<Object> items = field.getType() == List.class
            ? new ArrayList<>()
            : (Collection<Object>) field.getType().getDeclaredConstructor().newInstance();
        items.add(child);
        field.set(holder, items);
    }

    private static void change(Object holder, Field field) throws ReflectiveOperationException {
        Class<?> struct = structOf(field);
        if (struct != null) {
            Object child = struct.getDeclaredConstructor().newInstance();
            if (!Collection.class.isAssignableFrom(field.getType())) change(child, firstField(struct));
            hold(holder, field, child);
        } else {
            field.set(holder, changed(field, field.get(holder)));
        }
    }

    private static Field firstField(Class<?> struct) {
        for (Field field : struct.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) continue;
            field.setAccessible(true);
            return field;
        }
        throw new IllegalStateException(struct + " has no field");
    }

    private static Object changed(Field field, Object present) {
        Class<?> type = field.getType();
        if (type == boolean.class) return !(boolean) present;
        if (type == byte.class) return (byte) 7;
        if (type == short.class) return (short) 7;
        if (type == int.class) return 7;
        if (type == long.class) return 7L;
        if (type == double.class) return 7.0;
        if (type == String.class) return "x";
        if (type == Uuid.class) return new Uuid(1, 2);
        if (type == byte[].class) return new byte[] {1};
        if (type == ByteBuffer.class) return ByteBuffer.wrap(new byte[] {1});
        if (BaseRecords.class.isAssignableFrom(type)) return MemoryRecords.readableRecords(ByteBuffer.wrap(new byte[] {1}));
        Class<?> element = elementOf(field);
        if (element == Integer.class) return List.of(7);
        if (element == Short.class) return List.of((short) 7);
        if (element == Byte.class) return List.of((byte) 7);
        if (element == Long.class) return List.of(7L);
        if (element == String.class) return List.of("x");
        if (element == Uuid.class) return List.of(new Uuid(1, 2));
        throw new IllegalStateException("No value for " + field);
    }

    /** The struct a field holds, alone or in a collection; null for anything else. */
    private static Class<?> structOf(Field field) {
        if (Message.class.isAssignableFrom(field.getType())) return field.getType();
        if (!Collection.class.isAssignableFrom(field.getType())) return null;
        Class<?> element = elementOf(field);
        return Message.class.isAssignableFrom(element) ? element : null;
    }

    private static Class<?> elementOf(Field field) {
        var collection = field.getType() == List.class ? field.getGenericType() : field.getType().getGenericSuperclass();
        return (Class<?>) ((ParameterizedType) collection).getActualTypeArguments()[0];
    }
}
