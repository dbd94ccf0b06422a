using LogBroker.Protocol;

namespace LogBroker.Client.Metadata;

/// <summary>What a client knows of its cluster at one moment. Immutable.</summary>
internal sealed class ClusterSnapshot
{
    public static readonly ClusterSnapshot Empty = new();

    /// <summary>Grows with every snapshot a client takes.</summary>
    public long Version { get; init; }

    public string? ClusterId { get; init; }

    public IReadOnlyDictionary<int, BrokerNode> Brokers { get; init; } = new Dictionary<int, BrokerNode>();

    /// <summary>The topics that were asked for, those with errors too.</summary>
    public IReadOnlyDictionary<string, TopicSnapshot> Topics { get; init; } = new Dictionary<string, TopicSnapshot>();

    public IReadOnlyDictionary<Guid, TopicSnapshot> TopicsById { get; init; } = new Dictionary<Guid, TopicSnapshot>();

    /// <summary>A topic that can be used; null when it is not known, or has an error.</summary>
    public TopicSnapshot? FindTopic(string name) => Topics.TryGetValue(name, out var topic) && topic.IsUsable ? topic : null;

    /// <summary>A topic that can be used; null when it is not known, or has an error.</summary>
    public TopicSnapshot? FindTopic(Guid id) => TopicsById.GetValueOrDefault(id);

    /// <summary>A partition of a topic that can be used.</summary>
    public PartitionSnapshot? FindPartition(TopicPartition partition)
    {
        var topic = FindTopic(partition.Topic);
        return topic is not null && (uint)partition.Partition < (uint)topic.Partitions.Length
            ? topic.Partitions[partition.Partition]
            : null;
    }
}
