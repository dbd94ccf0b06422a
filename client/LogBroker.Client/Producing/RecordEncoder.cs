using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Producing;

/// <summary>Turns records into bytes with their serializers.</summary>
internal sealed class RecordEncoder<TKey, TValue>(ISerializer<TKey> key, ISerializer<TValue> value, TimeProvider time)
{
    private readonly IPreparedSerializer<TKey>? _preparedKey = key as IPreparedSerializer<TKey>;
    private readonly IPreparedSerializer<TValue>? _preparedValue = value as IPreparedSerializer<TValue>;

    /// <summary>Whether the serializers can write the record now.</summary>
    public bool IsReady(in ProducerRecord<TKey, TValue> record) =>
        (_preparedKey is null || _preparedKey.IsReady(record.Key, ContextOf(record, RecordComponent.Key)))
        && (_preparedValue is null || _preparedValue.IsReady(record.Value, ContextOf(record, RecordComponent.Value)));

    /// <summary>Makes the serializers ready for the record.</summary>
    public async ValueTask PrepareAsync(ProducerRecord<TKey, TValue> record, CancellationToken cancellationToken)
    {
        if (_preparedKey is not null)
        {
            await _preparedKey.PrepareAsync(record.Key, ContextOf(record, RecordComponent.Key), cancellationToken)
                .ConfigureAwait(false);
        }

        if (_preparedValue is not null)
        {
            await _preparedValue.PrepareAsync(record.Value, ContextOf(record, RecordComponent.Value), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <exception cref="SerializationException">A serializer failed.</exception>
    /// <exception cref="ArgumentException">The record is from before 1970.</exception>
    public void Encode(in ProducerRecord<TKey, TValue> record, EncodedRecord encoded)
    {
        long timestamp = (record.Timestamp ?? time.GetUtcNow()).ToUnixTimeMilliseconds();
        if (timestamp < 0) throw new ArgumentException($"A record's time is {record.Timestamp:u}; it cannot be before 1970.", nameof(record));
        encoded.Begin(timestamp);
        bool isNull = key.IsNull(record.Key);
        if (!isNull) Serialize(key, record.Key, encoded, ContextOf(record, RecordComponent.Key));
        encoded.EndKey(isNull);
        isNull = value.IsNull(record.Value);
        if (!isNull) Serialize(value, record.Value, encoded, ContextOf(record, RecordComponent.Value));
        encoded.EndValue(isNull);
        if (record.Headers is { Count: > 0 } headers) AppendHeaders(headers, encoded);
    }

    private static SerializationContext ContextOf(in ProducerRecord<TKey, TValue> record, RecordComponent component) =>
        new(record.Topic, component, record.Headers);

    private static void AppendHeaders(IReadOnlyList<RecordHeader> headers, EncodedRecord encoded)
    {
        for (int index = 0; index < headers.Count; index++)
        {
            RecordHeader header = headers[index];
            encoded.AppendHeader(header.Key, header.Value.GetValueOrDefault().Span, header.Value is null);
        }
    }

    private static void Serialize<T>(ISerializer<T> serializer, T item, EncodedRecord encoded, in SerializationContext context)
    {
        try
        {
            serializer.Serialize(item, encoded, context);
        }
        catch (Exception failure) when (failure is not SerializationException)
        {
            throw new SerializationException(
                $"{serializer.GetType().Name} could not write the {context.Component} of a record for {context.Topic}: {failure.Message}",
                failure);
        }
    }
}
