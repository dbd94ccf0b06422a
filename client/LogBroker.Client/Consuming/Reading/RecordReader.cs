using System.Text;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Consuming.Reading;

/// <summary>Makes records that may be kept out of views.</summary>
internal sealed class RecordReader<TKey, TValue>(IDeserializer<TKey> keys, IDeserializer<TValue> values)
{
    /// <exception cref="SerializationException">Key or value cannot be read.</exception>
    public ConsumedRecord<TKey, TValue> Read(TopicPartition partition, in RecordPlace place, in RecordView record)
    {
        var headers = record.HeaderCount == 0 ? null : ReadHeaders(record);
        try
        {
            var keyContext = new SerializationContext(partition.Topic, RecordComponent.Key, headers);
            var valueContext = new SerializationContext(partition.Topic, RecordComponent.Value, headers);
            return new ConsumedRecord<TKey, TValue>(
                partition,
                place,
                keys.Deserialize(record.Key, record.IsKeyNull, keyContext),
                values.Deserialize(record.Value, record.IsValueNull, valueContext),
                headers);
        }
        catch (Exception failure)
        {
            throw new SerializationException(
                $"The record at {partition} offset {place.Offset} cannot be read: {failure.Message} Seek behind it to go on.", failure);
        }
    }

    private static RecordHeader[] ReadHeaders(in RecordView record)
    {
        var headers = new RecordHeader[record.HeaderCount];
        int index = 0;
        foreach (var header in record.Headers)
        {
            headers[index++] = new RecordHeader(
                Encoding.UTF8.GetString(header.Key), header.IsValueNull ? null : header.Value.ToArray());
        }
        return headers;
    }
}
