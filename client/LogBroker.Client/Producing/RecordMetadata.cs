using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>Where a record was written.</summary>
/// <param name="TopicPartition">The partition.</param>
/// <param name="Offset">Its offset; -1 when the broker did not tell it: with <see cref="Acks.None"/>, or when a retry found the record
/// already written.</param>
/// <param name="Timestamp">Its time: the record's own, or the broker's where the topic says so.</param>
public readonly record struct RecordMetadata(TopicPartition TopicPartition, Offset Offset, DateTimeOffset Timestamp)
{
    /// <summary>The topic.</summary>
    public string Topic => TopicPartition.Topic;

    /// <summary>The partition's index.</summary>
    public int Partition => TopicPartition.Partition;
}
