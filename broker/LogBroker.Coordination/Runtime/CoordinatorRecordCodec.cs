using System.Buffers.Binary;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Protocol.Records;

namespace LogBroker.Coordination.Runtime;

/// <summary>Turns records into the bytes that Kafka's coordinators write, and back: a key is its type's number and the message, a
/// value its version's number and the message.</summary>
/// <remarks>Made once, with all its types; after that immutable and thread safe.</remarks>
public sealed class CoordinatorRecordCodec
{
    private readonly Dictionary<short, RecordForm> _forms = [];

    private delegate IMessage Reading(ref KafkaReader reader, short version);

    /// <summary>Teaches it a type.</summary>
    public CoordinatorRecordCodec With<TKey, TValue>(short type)
        where TKey : class, IVersioned<TKey>
        where TValue : class, IVersioned<TValue>
    {
        _forms.Add(type, new RecordForm(TKey.Read, TValue.Read, TValue.Versions.Max));
        return this;
    }

    /// <summary>Adds the record to a batch.</summary>
    /// <param name="batch">Behind its last record.</param>
    /// <param name="timestamp">Milliseconds since the Unix epoch.</param>
    /// <param name="record">Its type need not be known.</param>
    public static void Append(RecordBatchBuilder batch, long timestamp, CoordinatorRecord record)
    {
        using var key = new PooledBufferWriter();
        Write(key, record.Type, record.Key, 0);
        if (record.Value is null)
        {
            batch.Append(timestamp, key.WrittenSpan, NullableBytes.Null);
            return;
        }

        using var value = new PooledBufferWriter();
        Write(value, record.ValueVersion, record.Value, record.ValueVersion);
        batch.Append(timestamp, key.WrittenSpan, value.WrittenSpan);
    }

    /// <summary>Reads a record; its parts are copies.</summary>
    /// <param name="type">The number in front of the key.</param>
    /// <param name="key">The key behind it.</param>
    /// <param name="value">The whole value, or null.</param>
    /// <returns>Null when the type, or the version of the value, is not known.</returns>
    /// <exception cref="MalformedMessageException">The bytes are no such record.</exception>
    public CoordinatorRecord? TryRead(short type, ReadOnlySpan<byte> key, NullableBytes value)
    {
        if (!_forms.TryGetValue(type, out RecordForm? form)) return null;
        var keyReader = new KafkaReader(key.ToArray());
        IMessage keyMessage = form.ReadKey(ref keyReader, 0);
        if (value.IsNull) return CoordinatorRecord.Tombstone(type, keyMessage);
        var valueReader = new KafkaReader(value.Span.ToArray());
        short version = valueReader.ReadInt16();
        if (version < 0 || version > form.ValueVersionMax) return null;
        return new CoordinatorRecord(type, keyMessage, form.ReadValue(ref valueReader, version), version);
    }

    /// <summary>Takes the type's number off a key.</summary>
    /// <returns>False when the key has none.</returns>
    public static bool TryReadType(ReadOnlySpan<byte> key, out short type)
    {
        type = -1;
        return key.Length >= sizeof(short) && BinaryPrimitives.TryReadInt16BigEndian(key, out type);
    }

    private static void Write(PooledBufferWriter output, short number, IMessage message, short version)
    {
        var writer = new KafkaWriter(output);
        writer.WriteInt16(number);
        message.Write(ref writer, version);
        writer.Flush();
    }

    private sealed record RecordForm(Reading ReadKey, Reading ReadValue, short ValueVersionMax);
}
