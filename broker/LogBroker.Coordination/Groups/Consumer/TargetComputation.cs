using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Topics;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Computes what each member is to own at the group's epoch.</summary>
internal static class TargetComputation
{
    /// <summary>Writes the targets that changed, and the epoch they are for.</summary>
    public static void Write(ConsumerGroupDraft draft, IPartitionAssignor assignor, ITopicView topics, long timestamp)
    {
        var state = draft.State;
        var targets = assignor.Assign(SpecOf(state, topics));
        foreach (var (memberId, target) in targets.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!state.Targets.TryGetValue(memberId, out var before) || !target.Equals(before))
                draft.Write(ConsumerGroupRecords.Target(draft.GroupId, memberId, target));
        }

        draft.Write(ConsumerGroupRecords.AssignmentEpoch(draft.GroupId, state.Epoch, timestamp));
    }

    /// <summary>The assignor that most members prefer; null = none has a preference.</summary>
    public static string? PreferredAssignor(ConsumerGroupState state) => state.Members.Values
        .Where(member => member.Subscription.ServerAssignor is not null)
        .GroupBy(member => member.Subscription.ServerAssignor, StringComparer.Ordinal)
        .OrderByDescending(votes => votes.Count())
        .ThenBy(votes => votes.Key, StringComparer.Ordinal)
        .FirstOrDefault()?.Key;

    private static GroupSpec SpecOf(ConsumerGroupState state, ITopicView topics)
    {
        // Members with the same subscription share one set, which tells the assignor at a glance.
        var bySubscription = new Dictionary<MemberSubscription, HashSet<Guid>>(SameTopics.Instance);
        var members = new List<MemberSpec>(state.Members.Count);
        foreach (var (memberId, member) in state.Members)
        {
            var subscription = member.Subscription;
            if (!bySubscription.TryGetValue(subscription, out var ids))
                bySubscription.Add(subscription, ids = SubscribedTopics.IdsOf(subscription, state, topics));
            members.Add(new MemberSpec(
                memberId, subscription.InstanceId, subscription.RackId, ids, state.TargetOf(memberId)));
        }

        var specs = new Dictionary<Guid, TopicSpec>();
        foreach (var id in bySubscription.Values.SelectMany(ids => ids))
        {
            if (!specs.ContainsKey(id) && topics.TryGet(id, out GroupTopic? topic))
                specs.Add(id, new TopicSpec(topic.PartitionCount, topic.Racks));
        }

        return new GroupSpec(members, specs);
    }

    private sealed class SameTopics : IEqualityComparer<MemberSubscription>
    {
        public static readonly SameTopics Instance = new();

        public bool Equals(MemberSubscription? x, MemberSubscription? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && x.SubscribesLike(y));

        public int GetHashCode(MemberSubscription obj) =>
            HashCode.Combine(obj.TopicNames.Length, obj.TopicNames.FirstOrDefault(), obj.TopicRegex);
    }
}
