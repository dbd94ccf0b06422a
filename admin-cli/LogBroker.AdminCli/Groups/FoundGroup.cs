using LogBroker.AdminCli.Clusters;
using LogBroker.Client;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Groups;

/// <summary>A group of any kind, and where it goes on.</summary>
/// <param name="Group">The group, in the terms of groups of consumers.</param>
/// <param name="Committed">The offset it goes on at in each partition; of a share group that of the first record that is not done.</param>
internal sealed record FoundGroup(GroupDescription Group, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Committed)
{
    /// <summary>How many records are left, where only the broker knows: a share group's are done out of order.</summary>
    public IReadOnlyDictionary<TopicPartition, long> Left { get; private init; } = new Dictionary<TopicPartition, long>();

    /// <summary>Who works on the tasks of a streams group.</summary>
    public IReadOnlyList<StreamsMemberDescription> StreamsMembers { get; private init; } = [];

    /// <summary>Whether several members may read the same partition.</summary>
    public bool IsShared => Group.Type == GroupType.Share;

    /// <summary>Looks for a group.</summary>
    /// <exception cref="CommandException">There is none of that id.</exception>
    public static async Task<FoundGroup> FindAsync(AdminClient admin, string groupId, CancellationToken cancelled) =>
        await TryFindAsync(admin, groupId, cancelled) ?? throw await Unknown.GroupAsync(admin, groupId, cancelled);

    /// <summary>Looks for a group; null when there is none of that id.</summary>
    public static async Task<FoundGroup?> TryFindAsync(AdminClient admin, string groupId, CancellationToken cancelled)
    {
        AdminResults<string, GroupDescription> described = await admin.Groups.DescribeAsync([groupId], cancellationToken: cancelled);
        if (described.Failures.TryGetValue(groupId, out KafkaException? failure) && failure.ErrorCode == ErrorCode.GroupIdNotFound)
            return await TryFindOtherAsync(admin, groupId, cancelled);
        GroupDescription group = described[groupId];
        // A group that is being deleted has nothing to tell.
        return group.State == GroupState.Dead ? null : new FoundGroup(group, await admin.GroupOffsets.ListAsync(groupId, cancellationToken: cancelled));
    }

    /// <summary>Brokers deny groups of kinds that are described otherwise.</summary>
    private static async Task<FoundGroup?> TryFindOtherAsync(AdminClient admin, string groupId, CancellationToken cancelled)
    {
        IReadOnlyList<GroupListing> others = await admin.Groups.ListAsync(cancellationToken: cancelled);
        return others.FirstOrDefault(other => other.GroupId == groupId)?.Type switch
        {
            GroupType.Share => await ShareAsync(admin, groupId, cancelled),
            GroupType.Streams => await StreamsAsync(admin, groupId, cancelled),
            _ => null,
        };
    }

    private static async Task<FoundGroup> ShareAsync(AdminClient admin, string groupId, CancellationToken cancelled)
    {
        GroupDescription group = await admin.ShareGroups.DescribeAsync(groupId, cancelled);
        IReadOnlyDictionary<TopicPartition, ShareGroupOffset> offsets = await admin.ShareGroups.ListOffsetsAsync(groupId, cancelled);
        return new FoundGroup(group, offsets.ToDictionary(told => told.Key, told => new OffsetAndMetadata(told.Value.StartOffset)))
        {
            Left = offsets.Where(told => told.Value.Lag is not null).ToDictionary(told => told.Key, told => told.Value.Lag!.Value),
        };
    }

    private static async Task<FoundGroup> StreamsAsync(AdminClient admin, string groupId, CancellationToken cancelled)
    {
        StreamsGroupDescription streams = await admin.StreamsGroups.DescribeAsync(groupId, cancelled);
        Dictionary<string, string[]> sources = streams.Subtopologies.ToDictionary(
            part => part.Id, part => part.SourceTopics.Concat(part.RepartitionSourceTopics.Select(topic => topic.Name)).ToArray(), StringComparer.Ordinal);
        // A task reads its partition of each topic that has one of that number.
        AdminResults<string, TopicDescription> topics = await admin.Topics.DescribeAsync(
            [.. sources.Values.SelectMany(names => names).Distinct(StringComparer.Ordinal)], cancellationToken: cancelled);
        IEnumerable<TopicPartition> Read(StreamsTask task) => sources.GetValueOrDefault(task.SubtopologyId, [])
            .Where(topic => topics.TryGetValue(topic, out TopicDescription? known) && task.Partition < known.Partitions.Length)
            .Select(topic => new TopicPartition(topic, task.Partition));
        var group = new GroupDescription(
            groupId,
            GroupType.Streams,
            streams.State,
            "",
            streams.CoordinatorId,
            [
                .. streams.Members.Select(member => new GroupMemberDescription(
                    member.MemberId, member.ClientId, member.ClientHost, [.. member.Assignment.Active.SelectMany(Read)])
                {
                    GroupInstanceId = member.GroupInstanceId,
                    RackId = member.RackId,
                    MemberEpoch = member.MemberEpoch,
                }),
            ]);
        return new FoundGroup(group, await admin.GroupOffsets.ListAsync(groupId, cancellationToken: cancelled)) { StreamsMembers = streams.Members };
    }
}
