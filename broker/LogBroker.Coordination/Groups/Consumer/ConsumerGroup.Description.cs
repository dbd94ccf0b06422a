using LogBroker.Coordination.Groups.Topics;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>ConsumerGroupDescribe.</summary>
internal sealed partial class ConsumerGroup
{
    private const sbyte SpeaksClassicType = 0;
    private const sbyte SpeaksConsumerType = 1;

    public ConsumerGroupDescribeResponse.DescribedGroup Describe()
    {
        var topics = context.Topics();
        return new ConsumerGroupDescribeResponse.DescribedGroup
        {
            GroupId = GroupId,
            GroupState = StateName,
            GroupEpoch = State.Epoch,
            AssignmentEpoch = State.AssignmentEpoch,
            AssignorName = TargetComputation.PreferredAssignor(State) ?? context.SettingsOf(GroupId).Assignors[0],
            Members = [.. State.Members.Values.Select(member => Describe(member, topics))],
        };
    }

    private ConsumerGroupDescribeResponse.Member Describe(ConsumerGroupMember member, ITopicView topics) => new()
    {
        MemberId = member.MemberId,
        InstanceId = member.Subscription.InstanceId,
        RackId = member.Subscription.RackId,
        MemberEpoch = member.Assignment.Epoch,
        ClientId = member.Subscription.ClientId,
        ClientHost = member.Subscription.ClientHost,
        SubscribedTopicNames = member.Subscription.TopicNames,
        SubscribedTopicRegex = member.Subscription.TopicRegex,
        // What it still has to give up is its own until it did.
        Assignment = Describe(
            member.Assignment.Assigned.With(member.Assignment.PendingRevocation).ToAssignment(), topics),
        TargetAssignment = Describe(State.TargetOf(member.MemberId), topics),
        MemberType = member.SpeaksClassic ? SpeaksClassicType : SpeaksConsumerType,
    };

    /// <summary>Topics that are gone are left out: they have no name any more.</summary>
    private static ConsumerGroupDescribeResponse.Assignment Describe(Assignors.Assignment assignment, ITopicView topics) => new()
    {
        TopicPartitions =
        [
            .. assignment.Topics.Where(topic => topics.TryGet(topic.TopicId, out _)).Select(
                topic => new ConsumerGroupDescribeResponse.TopicPartitions
                {
                    TopicId = topic.TopicId,
                    TopicName = topics.TryGet(topic.TopicId, out GroupTopic? found) ? found.Name : "",
                    Partitions = topic.Partitions,
                }),
        ],
    };
}
