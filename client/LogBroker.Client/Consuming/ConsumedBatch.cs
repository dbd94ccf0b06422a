using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Reading;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>Records of one partition as they came from the broker: nothing is copied, nothing is allocated for a record.</summary>
/// <typeparam name="TKey">The key's type.</typeparam>
/// <typeparam name="TValue">The value's type.</typeparam>
/// <remarks>It, and every view of its records, is valid until the next batch is asked for; what is to be kept must be copied, or
/// taken by <see cref="Deserialize"/>.</remarks>
public sealed class ConsumedBatch<TKey, TValue>
{
    private readonly PartitionCursor _cursor;
    private readonly RecordReader<TKey, TValue> _reader;

    internal ConsumedBatch(PartitionCursor cursor, RecordReader<TKey, TValue> reader)
    {
        _cursor = cursor;
        _reader = reader;
    }

    /// <summary>Where it was read from.</summary>
    public TopicPartition TopicPartition => _cursor.Partition?.TopicPartition ?? throw Gone();

    /// <summary>The offset of its first record, or one that was compacted away.</summary>
    public Offset FirstOffset => new(_cursor.FirstOffset);

    /// <summary>The offset behind its last record.</summary>
    public Offset NextOffset => new(_cursor.Batch.NextOffset);

    /// <summary>The most records it can have; fewer where reading started in the middle.</summary>
    public int CountMax => _cursor.Batch.RecordCount;

    /// <summary>Bytes of its records, uncompressed.</summary>
    public int SizeInBytes => _cursor.Batch.Records.Length;

    /// <summary>The records in order; walk them with <c>foreach</c>, as often as wanted. The walk throws a
    /// <see cref="CorruptRecordException"/> where a record is damaged.</summary>
    public ConsumedRecordViews Records => new(_cursor);

    /// <summary>A record that may be kept.</summary>
    /// <exception cref="SerializationException">Its key or value cannot be read.</exception>
    public ConsumedRecord<TKey, TValue> Deserialize(in ConsumedRecordView view) =>
        _reader.Read(TopicPartition, view.Place, view.Record);

    private static InvalidOperationException Gone() =>
        new("The batch is gone: the next one was asked for, or the enumeration ended.");
}
