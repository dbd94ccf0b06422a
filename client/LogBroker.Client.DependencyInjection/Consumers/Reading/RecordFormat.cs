using LogBroker.Client.DependencyInjection.Consumers.Failures;

namespace LogBroker.Client.DependencyInjection.Consumers.Reading;

/// <summary>Makes what a handler gets from what was read.</summary>
internal sealed class RecordFormat<TKey, TValue>(IDeserializer<TKey> key, IDeserializer<TValue> value)
{
    /// <exception cref="Exception">A deserializer failed; trying again would not help.</exception>
    public ReceivedRecord<TKey, TValue> Read(in ConsumedRecord<RawBytes, RawBytes> record, FailureHistory history)
    {
        var headers = history.IsOfRetry ? FailureHistory.OwnHeaders(record.Headers) : record.Headers;
        byte[]? keyBytes = record.Key.Content;
        byte[]? valueBytes = record.Value.Content;
        return new ReceivedRecord<TKey, TValue>(
            history.Topic,
            key.Deserialize(keyBytes, keyBytes is null, new SerializationContext(history.Topic, RecordComponent.Key, headers)),
            value.Deserialize(valueBytes, valueBytes is null, new SerializationContext(history.Topic, RecordComponent.Value, headers)))
        {
            Partition = history.Partition,
            Offset = history.Offset,
            Timestamp = history.Timestamp,
            Headers = headers,
            Attempt = history.Attempts,
        };
    }
}
