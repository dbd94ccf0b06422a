using LogBroker.Metadata;
using LogBroker.Protocol.Errors;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Sessions;

namespace LogBroker.Server.Handlers;

/// <summary>Finds the partition a request names, or the protocol's word for why not.</summary>
internal sealed class PartitionLookup(PartitionRegistry registry)
{
    /// <summary>The one client that may write to internal topics: Kafka's own tools use it to mend them.</summary>
    private const string AdminClientId = "__admin_client";

    public bool Knows(string topic) => registry.Find(topic) is not null;

    public ErrorCode Find(string topic, int index, out Partition? partition) =>
        Find(registry.Find(topic), index, ErrorCode.UnknownTopicOrPartition, out partition);

    public ErrorCode Find(Guid topicId, int index, out Partition? partition) =>
        Find(registry.Find(topicId), index, ErrorCode.UnknownTopicId, out partition);

    public ErrorCode Find(FetchKey key, out Partition? partition) =>
        key.Topic is null ? Find(key.TopicId, key.Partition, out partition) : Find(key.Topic, key.Partition, out partition);

    /// <summary>Whether clients may write to, or delete from, the topic.</summary>
    public static bool IsWritable(string topic, string? clientId) =>
        !TopicNames.IsInternal(topic) || clientId == AdminClientId;

    private static ErrorCode Find(TopicPartitions? topic, int index, ErrorCode unknown, out Partition? partition)
    {
        partition = topic?.At(index);
        if (partition is not null) return ErrorCode.None;
        if (topic is null) return unknown;
        return (uint)index < (uint)topic.ByIndex.Length ? ErrorCode.KafkaStorageError : ErrorCode.UnknownTopicOrPartition;
    }
}
