using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Admin.Groups;

/// <summary>What brokers tell of streams groups, in the client's terms.</summary>
internal static class StreamsGroupAnswers
{
    public static StreamsGroupDescription ToDescription(StreamsGroupDescribeResponse.DescribedGroup group, int coordinator) => new(
        group.GroupId,
        GroupAnswers.ToState(group.GroupState),
        coordinator,
        group.GroupEpoch,
        group.AssignmentEpoch,
        [.. group.Members.Select(ToMember)])
    {
        TopologyEpoch = group.Topology?.Epoch,
        Subtopologies = group.Topology?.Subtopologies is { } parts ? [.. parts.Select(ToSubtopology)] : [],
        AllowedOperations = AclOperations.FromBits(group.AuthorizedOperations),
    };

    private static StreamsSubtopology ToSubtopology(StreamsGroupDescribeResponse.Subtopology part) => new(
        part.SubtopologyId,
        part.SourceTopics,
        part.RepartitionSinkTopics,
        [.. part.StateChangelogTopics.Select(ToTopic)],
        [.. part.RepartitionSourceTopics.Select(ToTopic)]);

    private static StreamsTopic ToTopic(StreamsGroupDescribeResponse.TopicInfo topic) => new(
        topic.Name, topic.Partitions, topic.ReplicationFactor, ToDictionary(topic.TopicConfigs));

    private static StreamsMemberDescription ToMember(StreamsGroupDescribeResponse.Member member) => new(
        member.MemberId,
        member.MemberEpoch,
        member.ClientId,
        member.ClientHost,
        member.ProcessId,
        ToTasks(member.Assignment),
        ToTasks(member.TargetAssignment))
    {
        GroupInstanceId = member.InstanceId,
        RackId = member.RackId,
        TopologyEpoch = member.TopologyEpoch,
        UserEndpoint = member.UserEndpoint is { } endpoint ? $"{endpoint.Host}:{endpoint.Port}" : null,
        ClientTags = ToDictionary(member.ClientTags),
        IsClassic = member.IsClassic,
        TaskOffsets = ToOffsets(member.TaskOffsets),
        TaskEndOffsets = ToOffsets(member.TaskEndOffsets),
    };

    private static StreamsTasks ToTasks(StreamsGroupDescribeResponse.Assignment assignment) =>
        new(ToTasks(assignment.ActiveTasks), ToTasks(assignment.StandbyTasks), ToTasks(assignment.WarmupTasks));

    private static ImmutableArray<StreamsTask> ToTasks(ImmutableArray<StreamsGroupDescribeResponse.TaskIds> tasks) =>
        [.. tasks.SelectMany(part => part.Partitions.Select(partition => new StreamsTask(part.SubtopologyId, partition)))];

    private static Dictionary<StreamsTask, Offset> ToOffsets(ImmutableArray<StreamsGroupDescribeResponse.TaskOffset> offsets) =>
        offsets.ToDictionary(task => new StreamsTask(task.SubtopologyId, task.Partition), task => new Offset(task.Offset));

    private static ImmutableDictionary<string, string> ToDictionary(ImmutableArray<StreamsGroupDescribeResponse.KeyValue> pairs) =>
        pairs.ToImmutableDictionary(pair => pair.Key, pair => pair.Value);
}
