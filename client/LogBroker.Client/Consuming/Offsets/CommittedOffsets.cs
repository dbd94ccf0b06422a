using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Membership;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Offsets;

/// <summary>Asks a group's coordinator what is committed.</summary>
internal sealed class CommittedOffsets(ConsumerContext context)
{
    /// <summary>The last version that tells topics by their names.</summary>
    private const short LastNameVersion = 9;

    /// <summary>One try.</summary>
    /// <returns>What is committed; partitions without an offset are missing.</returns>
    /// <exception cref="KafkaException">It failed; see whether it may be tried again.</exception>
    public async Task<Dictionary<TopicPartition, OffsetAndMetadata>> FetchAsync(
        IReadOnlyCollection<TopicPartition> partitions, GroupIdentity member, CancellationToken cancellationToken)
    {
        var ids = new TopicIds(context.Cluster.Metadata.Current, partitions.Select(partition => partition.Topic));
        var request = new OffsetFetchRequest
        {
            RequireStable = context.Options.IsolationLevel == IsolationLevel.ReadCommitted,
            Groups =
            [
                new()
                {
                    GroupId = member.GroupId,
                    MemberId = member.IsConsumerProtocol ? member.MemberId : null,
                    MemberEpoch = member.IsConsumerProtocol ? member.Generation : -1,
                    Topics =
                    [
                        .. partitions.GroupBy(partition => partition.Topic).Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopics
                        {
                            Name = topic.Key,
                            TopicId = ids.Of(topic.Key),
                            PartitionIndexes = [.. topic.Select(partition => partition.Partition)],
                        }),
                    ],
                },
            ],
        };
        var response = await CoordinatorCall.SendAsync(
            context, ConnectionLane.Control, request, ids.AreKnown ? short.MaxValue : LastNameVersion, cancellationToken)
            .ConfigureAwait(false);
        var group = response.Groups.FirstOrDefault() ?? throw new BrokerUnavailableException(
            $"The coordinator of group {member.GroupId} answered a question for committed offsets with nothing.");
        CoordinatorCall.ThrowIfFailed(context, group.ErrorCode, "Asking for committed offsets");
        var committed = new Dictionary<TopicPartition, OffsetAndMetadata>();
        foreach (var topic in group.Topics)
        {
            if (ids.NameOf(topic.Name, topic.TopicId) is not { } name) continue;
            foreach (var answer in topic.Partitions)
            {
                var partition = new TopicPartition(name, answer.PartitionIndex);
                CoordinatorCall.ThrowIfFailed(context, answer.ErrorCode, $"Asking for the committed offset of {partition}");
                if (answer.CommittedOffset < 0) continue;
                committed[partition] = new OffsetAndMetadata(
                    new Offset(answer.CommittedOffset),
                    answer.CommittedLeaderEpoch < 0 ? null : new LeaderEpoch(answer.CommittedLeaderEpoch),
                    answer.Metadata);
            }
        }
        return committed;
    }
}
