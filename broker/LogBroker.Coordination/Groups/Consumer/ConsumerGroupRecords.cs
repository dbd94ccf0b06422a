using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Makes the records of consumer groups (record types 3 to 8 and 16 of <c>__consumer_offsets</c>).</summary>
internal static class ConsumerGroupRecords
{
    public static CoordinatorRecord Epoch(string groupId, int epoch, long metadataHash) =>
        Record(ConsumerGroupMetadataKey.RecordType, GroupKey(groupId), new ConsumerGroupMetadataValue
        {
            Epoch = epoch,
            MetadataHash = metadataHash,
        });

    public static CoordinatorRecord NoEpoch(string groupId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupMetadataKey.RecordType, GroupKey(groupId));

    public static CoordinatorRecord Subscription(string groupId, string memberId, MemberSubscription subscription) =>
        Record(ConsumerGroupMemberMetadataKey.RecordType, SubscriptionKey(groupId, memberId), subscription.ToRecord());

    public static CoordinatorRecord NoSubscription(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupMemberMetadataKey.RecordType, SubscriptionKey(groupId, memberId));

    public static CoordinatorRecord AssignmentEpoch(string groupId, int epoch, long timestamp) => Record(
        ConsumerGroupTargetAssignmentMetadataKey.RecordType,
        new ConsumerGroupTargetAssignmentMetadataKey { GroupId = groupId },
        new ConsumerGroupTargetAssignmentMetadataValue { AssignmentEpoch = epoch, AssignmentTimestamp = timestamp });

    public static CoordinatorRecord NoAssignmentEpoch(string groupId) => CoordinatorRecord.Tombstone(
        ConsumerGroupTargetAssignmentMetadataKey.RecordType,
        new ConsumerGroupTargetAssignmentMetadataKey { GroupId = groupId });

    public static CoordinatorRecord Target(string groupId, string memberId, Assignment target) => Record(
        ConsumerGroupTargetAssignmentMemberKey.RecordType,
        TargetKey(groupId, memberId),
        new ConsumerGroupTargetAssignmentMemberValue
        {
            TopicPartitions =
            [
                .. target.Topics.Select(topic => new ConsumerGroupTargetAssignmentMemberValue.TopicPartition
                {
                    TopicId = topic.TopicId,
                    Partitions = topic.Partitions,
                }),
            ],
        });

    public static Assignment ReadTarget(ConsumerGroupTargetAssignmentMemberValue value) =>
        Assignment.Of(value.TopicPartitions.SelectMany(
            topic => topic.Partitions.Select(partition => new TopicIdPartition(topic.TopicId, partition))));

    public static CoordinatorRecord NoTarget(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupTargetAssignmentMemberKey.RecordType, TargetKey(groupId, memberId));

    public static CoordinatorRecord Assigned(string groupId, string memberId, MemberAssignment assignment) => Record(
        ConsumerGroupCurrentMemberAssignmentKey.RecordType, AssignedKey(groupId, memberId), assignment.ToRecord());

    public static CoordinatorRecord NoAssigned(string groupId, string memberId) => CoordinatorRecord.Tombstone(
        ConsumerGroupCurrentMemberAssignmentKey.RecordType, AssignedKey(groupId, memberId));

    public static CoordinatorRecord Regex(string groupId, string regex, ResolvedRegex resolved) =>
        Record(ConsumerGroupRegularExpressionKey.RecordType, RegexKey(groupId, regex), resolved.ToRecord());

    public static CoordinatorRecord NoRegex(string groupId, string regex) =>
        CoordinatorRecord.Tombstone(ConsumerGroupRegularExpressionKey.RecordType, RegexKey(groupId, regex));

    /// <summary>All that removes one member.</summary>
    public static IEnumerable<CoordinatorRecord> NoMember(string groupId, string memberId) =>
        [NoAssigned(groupId, memberId), NoTarget(groupId, memberId), NoSubscription(groupId, memberId)];

    /// <summary>All that removes a group.</summary>
    public static IEnumerable<CoordinatorRecord> NoGroup(string groupId, ConsumerGroupState state) =>
    [
        .. state.Members.Keys.Select(member => NoAssigned(groupId, member)),
        .. state.Targets.Keys.Union(state.Members.Keys).Select(member => NoTarget(groupId, member)),
        NoAssignmentEpoch(groupId),
        .. state.Members.Keys.Select(member => NoSubscription(groupId, member)),
        .. state.Regexes.Keys.Select(regex => NoRegex(groupId, regex)),
        NoEpoch(groupId),
    ];

    private static ConsumerGroupMetadataKey GroupKey(string groupId) => new() { GroupId = groupId };

    private static ConsumerGroupMemberMetadataKey SubscriptionKey(string groupId, string memberId) =>
        new() { GroupId = groupId, MemberId = memberId };

    private static ConsumerGroupTargetAssignmentMemberKey TargetKey(string groupId, string memberId) =>
        new() { GroupId = groupId, MemberId = memberId };

    private static ConsumerGroupCurrentMemberAssignmentKey AssignedKey(string groupId, string memberId) =>
        new() { GroupId = groupId, MemberId = memberId };

    private static ConsumerGroupRegularExpressionKey RegexKey(string groupId, string regex) =>
        new() { GroupId = groupId, RegularExpression = regex };

    private static CoordinatorRecord Record(short type, IMessage key, IMessage value) => new(type, key, value, 0);
}
