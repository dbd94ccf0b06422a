using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Metadata;

/// <summary>Makes the next snapshot out of the last one and news. Of one topic (by id) a leader epoch never goes back: older news
/// than what is known is dropped (KIP-320).</summary>
internal static class SnapshotBuilder
{
    /// <param name="last">What was known.</param>
    /// <param name="response">The news.</param>
    /// <param name="isComplete">Whether topics that are not in the news are to be forgotten.</param>
    public static ClusterSnapshot Apply(ClusterSnapshot last, MetadataResponse response, bool isComplete)
    {
        var topics = new Dictionary<string, TopicSnapshot>(StringComparer.Ordinal);
        if (!isComplete)
        {
            foreach (var (name, topic) in last.Topics) topics[name] = topic;
        }
        foreach (var told in response.Topics)
        {
            if (told.Name is { } name) topics[name] = Merge(last.Topics.GetValueOrDefault(name), ToTopic(told, name));
        }
        return new ClusterSnapshot
        {
            Version = last.Version + 1,
            ClusterId = response.ClusterId,
            Brokers = response.Brokers.ToDictionary(
                broker => broker.NodeId, broker => new BrokerNode(broker.NodeId, broker.Host, broker.Port, broker.Rack)),
            Topics = topics,
            TopicsById = ById(topics),
        };
    }

    /// <summary>Takes in leaders that are newer than those known; null when there is nothing new.</summary>
    public static ClusterSnapshot? ApplyLeaders(ClusterSnapshot last, IReadOnlyCollection<LeaderUpdate> leaders)
    {
        Dictionary<string, TopicSnapshot>? topics = null;
        foreach (var leader in leaders)
        {
            var source = (IReadOnlyDictionary<string, TopicSnapshot>?)topics ?? last.Topics;
            if (!source.TryGetValue(leader.Partition.Topic, out var topic)) continue;
            int index = leader.Partition.Partition;
            if ((uint)index >= (uint)topic.Partitions.Length || topic.Partitions[index].LeaderEpoch >= leader.LeaderEpoch) continue;
            topics ??= new Dictionary<string, TopicSnapshot>(last.Topics, StringComparer.Ordinal);
            var partition = topic.Partitions[index] with
            {
                LeaderId = leader.LeaderId,
                LeaderEpoch = leader.LeaderEpoch,
                Error = ErrorCode.None,
            };
            topics[topic.Name] = topic with { Partitions = topic.Partitions.SetItem(index, partition) };
        }
        return topics is null ? null : With(last, last.Brokers, topics);
    }

    /// <summary>Takes in brokers' addresses; null when there is nothing new.</summary>
    public static ClusterSnapshot? ApplyBrokers(ClusterSnapshot last, IReadOnlyCollection<BrokerNode> brokers)
    {
        if (brokers.All(broker => last.Brokers.TryGetValue(broker.Id, out var known) && known.Address == broker.Address))
            return null;
        var merged = new Dictionary<int, BrokerNode>(last.Brokers);
        foreach (var broker in brokers) merged[broker.Id] = broker with { Rack = broker.Rack ?? last.Brokers.GetValueOrDefault(broker.Id)?.Rack };
        return With(last, merged, last.Topics);
    }

    private static ClusterSnapshot With(
        ClusterSnapshot last, IReadOnlyDictionary<int, BrokerNode> brokers, IReadOnlyDictionary<string, TopicSnapshot> topics) =>
        new()
        {
            Version = last.Version + 1,
            ClusterId = last.ClusterId,
            Brokers = brokers,
            Topics = topics,
            TopicsById = ById(topics),
        };

    private static Dictionary<Guid, TopicSnapshot> ById(IReadOnlyDictionary<string, TopicSnapshot> topics)
    {
        var byId = new Dictionary<Guid, TopicSnapshot>();
        foreach (var topic in topics.Values)
        {
            if (topic.IsUsable && topic.Id != Guid.Empty) byId[topic.Id] = topic;
        }
        return byId;
    }

    private static TopicSnapshot Merge(TopicSnapshot? last, TopicSnapshot told)
    {
        var known = last is { IsUsable: false } ? last.LastUsable : last;
        if (!told.IsUsable) return told with { LastUsable = known };
        if (known is null || known.Id != told.Id) return told;
        return told with
        {
            Partitions =
            [
                .. told.Partitions.Select(partition =>
                    partition.Index < known.Partitions.Length && known.Partitions[partition.Index] is { } before
                        && before.LeaderEpoch > partition.LeaderEpoch && partition.LeaderEpoch != LeaderEpoch.None
                        ? before
                        : partition),
            ],
        };
    }

    private static TopicSnapshot ToTopic(MetadataResponse.MetadataResponseTopic told, string name)
    {
        ImmutableArray<PartitionSnapshot> partitions =
        [
            .. told.Partitions.OrderBy(partition => partition.PartitionIndex).Select(partition => new PartitionSnapshot(
                partition.PartitionIndex, partition.LeaderId, new LeaderEpoch(partition.LeaderEpoch), partition.ErrorCode)),
        ];
        bool isWhole = partitions.Select((partition, index) => partition.Index == index).All(fits => fits);
        return new TopicSnapshot(name, told.TopicId, told.ErrorCode, isWhole ? partitions : []) { IsInternal = told.IsInternal };
    }
}
