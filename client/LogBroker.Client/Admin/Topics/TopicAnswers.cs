using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Admin.Topics;

/// <summary>What brokers tell of topics, in the client's terms.</summary>
internal static class TopicAnswers
{
    public const string Describing = "Describing topic";

    public static TopicDescription ToDescription(MetadataResponse.MetadataResponseTopic topic)
    {
        ImmutableArray<PartitionDescription> partitions =
        [
            .. topic.Partitions.OrderBy(partition => partition.PartitionIndex).Select(partition => new PartitionDescription(
                partition.PartitionIndex,
                partition.LeaderId < 0 ? null : partition.LeaderId,
                new LeaderEpoch(partition.LeaderEpoch),
                partition.ReplicaNodes,
                partition.IsrNodes,
                partition.OfflineReplicas)),
        ];
        return new TopicDescription(topic.Name ?? "", topic.TopicId, topic.IsInternal, partitions)
        {
            AllowedOperations = AclOperations.FromBits(topic.TopicAuthorizedOperations),
        };
    }

    public static PartitionDescription ToDescription(
        DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition partition) => new(
        partition.PartitionIndex,
        partition.LeaderId < 0 ? null : partition.LeaderId,
        new LeaderEpoch(partition.LeaderEpoch),
        partition.ReplicaNodes,
        partition.IsrNodes,
        partition.OfflineReplicas)
        {
            EligibleLeaderReplicas = partition.EligibleLeaderReplicas,
            LastKnownEligibleLeaderReplicas = partition.LastKnownElr,
        };
}
