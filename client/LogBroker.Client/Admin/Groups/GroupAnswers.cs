using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Client.Admin.Groups;

/// <summary>What brokers tell of groups, in the client's terms.</summary>
internal static class GroupAnswers
{
    private const string ConsumerProtocol = "consumer";

    public static GroupState ToState(string name) =>
        Enum.TryParse(name, ignoreCase: true, out GroupState state) ? state : GroupState.Unknown;

    public static GroupType ToType(string name) =>
        Enum.TryParse(name, ignoreCase: true, out GroupType type) ? type : GroupType.Unknown;

    public static GroupDescription ToDescription(DescribeGroupsResponse.DescribedGroup group, int coordinator) => new(
        group.GroupId,
        GroupType.Classic,
        ToState(group.GroupState),
        group.ProtocolData,
        coordinator,
        [.. group.Members.Select(member => ToMember(member, group.ProtocolType == ConsumerProtocol))])
    {
        ProtocolType = group.ProtocolType,
        AllowedOperations = AclOperations.FromBits(group.AuthorizedOperations),
    };

    public static GroupDescription ToDescription(ConsumerGroupDescribeResponse.DescribedGroup group, int coordinator) => new(
        group.GroupId,
        GroupType.Consumer,
        ToState(group.GroupState),
        group.AssignorName,
        coordinator,
        [.. group.Members.Select(ToMember)])
    {
        GroupEpoch = group.GroupEpoch,
        AssignmentEpoch = group.AssignmentEpoch,
        AllowedOperations = AclOperations.FromBits(group.AuthorizedOperations),
    };

    private static GroupMemberDescription ToMember(ConsumerGroupDescribeResponse.Member member) => new(
        member.MemberId, member.ClientId, member.ClientHost, ToPartitions(member.Assignment))
    {
        GroupInstanceId = member.InstanceId,
        RackId = member.RackId,
        MemberEpoch = member.MemberEpoch,
        TargetAssignment = ToPartitions(member.TargetAssignment),
        SubscribedTopics = member.SubscribedTopicNames,
        SubscribedPattern = string.IsNullOrEmpty(member.SubscribedTopicRegex) ? null : member.SubscribedTopicRegex,
    };

    private static GroupMemberDescription ToMember(DescribeGroupsResponse.DescribedGroupMember member, bool isConsumer) => new(
        member.MemberId,
        member.ClientId,
        member.ClientHost,
        isConsumer ? ReadAssignment(member.MemberAssignment) : [])
    {
        GroupInstanceId = member.GroupInstanceId,
        SubscribedTopics = isConsumer ? ReadSubscription(member.MemberMetadata) : [],
    };

    private static ImmutableArray<TopicPartition> ToPartitions(ConsumerGroupDescribeResponse.Assignment assignment) =>
    [
        .. assignment.TopicPartitions.SelectMany(
            topic => topic.Partitions.Select(partition => new TopicPartition(topic.TopicName, partition))),
    ];

    /// <summary>What members keep there is theirs to write; what cannot be read is told as nothing.</summary>
    private static ImmutableArray<TopicPartition> ReadAssignment(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (bytes.Length < sizeof(short)) return [];
            var reader = new KafkaReader(bytes.ToArray());
            var assignment = ConsumerProtocolAssignment.Read(
                ref reader, Math.Min(reader.ReadInt16(), ConsumerProtocolAssignment.Versions.Max));
            return
            [
                .. assignment.AssignedPartitions.SelectMany(
                    topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition))),
            ];
        }
        catch (Exception failure) when (failure is MalformedMessageException or ArgumentOutOfRangeException)
        {
            return [];
        }
    }

    private static ImmutableArray<string> ReadSubscription(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (bytes.Length < sizeof(short)) return [];
            var reader = new KafkaReader(bytes.ToArray());
            return ConsumerProtocolSubscription.Read(
                ref reader, Math.Min(reader.ReadInt16(), ConsumerProtocolSubscription.Versions.Max)).Topics;
        }
        catch (Exception failure) when (failure is MalformedMessageException or ArgumentOutOfRangeException)
        {
            return [];
        }
    }
}
