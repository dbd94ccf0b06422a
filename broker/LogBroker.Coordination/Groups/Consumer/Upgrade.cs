using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Groups.Topics;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Turns a classic group that has members into a consumer group, when the first member comes that speaks the new
/// protocol. Members keep what they own; the generation becomes the epoch.</summary>
internal static class Upgrade
{
    /// <summary>The records of the consumer group, or why it cannot be one.</summary>
    public static GroupError? Plan(
        ClassicGroup group,
        ConsumerGroupSettings settings,
        ITopicView topics,
        out ImmutableArray<CoordinatorRecord> records)
    {
        records = [];
        string? obstacle = Obstacle(group, settings);
        if (obstacle is not null) return Refused(group, obstacle);
        var draft = new ConsumerGroupDraft(group.GroupId, ConsumerGroupState.Empty);
        var owned = new Dictionary<string, HashSet<TopicIdPartition>>(StringComparer.Ordinal);
        // An assignor of old may have given a partition to two.
        var taken = new HashSet<TopicIdPartition>();
        foreach (var member in group.Members)
        {
            // Who has come since the protocol was chosen may not offer it.
            var metadata = member.MetadataOf(group.Protocol);
            if (metadata.IsEmpty) metadata = member.Protocols[0].Metadata;
            if (!EmbeddedProtocol.TryReadSubscription(metadata, out var subscription) ||
                !EmbeddedProtocol.TryReadAssignment(member.Assignment, out var assignment))
                return Refused(group, "the embedded consumer protocol is malformed.");
            if (assignment.UserData is { IsEmpty: false })
            {
                return Refused(
                    group,
                    "an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor " +
                    "before re-attempting the upgrade.");
            }

            var assigned = EmbeddedProtocol.IdsOf(
                assignment.AssignedPartitions.Select(topic => (topic.Topic, topic.Partitions.AsEnumerable())), topics);
            owned[member.MemberId] = [.. assigned.Where(taken.Add)];
            draft.Write(ConsumerGroupRecords.Subscription(group.GroupId, member.MemberId, new MemberSubscription
            {
                InstanceId = member.GroupInstanceId,
                RackId = subscription.RackId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                RebalanceTimeout = member.RebalanceTimeout,
                TopicNames = MemberSubscription.Sorted(subscription.Topics),
                Classic = new ClassicSide(member.SessionTimeout, member.Protocols),
            }));
        }

        WriteAssignments(draft, group.Generation, owned, topics);
        records = draft.Records;
        return null;
    }

    private static void WriteAssignments(
        ConsumerGroupDraft draft, int generation, Dictionary<string, HashSet<TopicIdPartition>> owned, ITopicView topics)
    {
        draft.Write(ConsumerGroupRecords.Epoch(
            draft.GroupId, generation, SubscribedTopics.HashOf(draft.State, topics)));
        foreach (var (memberId, partitions) in owned)
            draft.Write(ConsumerGroupRecords.Target(draft.GroupId, memberId, Assignment.Of(partitions)));
        draft.Write(ConsumerGroupRecords.AssignmentEpoch(draft.GroupId, generation, timestamp: 0));
        foreach (var (memberId, partitions) in owned)
        {
            draft.Write(ConsumerGroupRecords.Assigned(draft.GroupId, memberId, new MemberAssignment(
                generation,
                generation,
                MemberState.Stable,
                OwnedPartitions.None.With(partitions, generation),
                OwnedPartitions.None)));
        }
    }

    private static string? Obstacle(ClassicGroup group, ConsumerGroupSettings settings)
    {
        if (settings.MigrationPolicy is not (MigrationPolicy.Upgrade or MigrationPolicy.Bidirectional))
            return "online upgrade is disabled.";
        if (!group.IsConsumerProtocol) return "the group does not use the consumer embedded protocol.";
        return group.MemberCount > settings.SizeMax ? "the group size exceeds the consumer group maximum size." : null;
    }

    private static GroupError Refused(ClassicGroup group, string why) => new(
        ErrorCode.GroupIdNotFound, $"Cannot upgrade classic group {group.GroupId} to consumer group because {why}");
}
