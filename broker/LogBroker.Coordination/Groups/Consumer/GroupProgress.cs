using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Topics;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>The steps by which a group follows its members and topics: a new epoch, new targets for it, and each member nearer to
/// its own.</summary>
internal static class GroupProgress
{
    /// <summary>Gives the group its next epoch if asked to, or if its topics are not what they were.</summary>
    /// <returns>Whether it got one.</returns>
    public static bool RenewEpoch(ConsumerGroupDraft draft, bool hasChanged, ITopicView topics)
    {
        var hash = SubscribedTopics.HashOf(draft.State, topics);
        if (!hasChanged && hash == draft.State.MetadataHash) return false;
        draft.Write(ConsumerGroupRecords.Epoch(draft.GroupId, draft.State.Epoch + 1, hash));
        return true;
    }

    /// <summary>Computes the targets for the group's epoch, unless they are there or the last ones are too young.</summary>
    public static void RenewTargets(
        ConsumerGroupDraft draft, ConsumerGroupSettings settings, ITopicView topics, long timestamp)
    {
        var state = draft.State;
        if (!IsTargetDue(state, settings, timestamp)) return;
        var name = TargetComputation.PreferredAssignor(state) is { } preferred && settings.Assignors.Contains(preferred)
            ? preferred
            : settings.Assignors[0];
        TargetComputation.Write(draft, PartitionAssignors.Find(name) ?? new UniformAssignor(), topics, timestamp);
    }

    /// <summary>Whether the targets are not those for the group's epoch, and old enough to be computed anew.</summary>
    public static bool IsTargetDue(ConsumerGroupState state, ConsumerGroupSettings settings, long timestamp)
    {
        if (state.AssignmentEpoch >= state.Epoch) return false;
        // A timestamp from the future (the wall clock was put back) holds nothing up for longer than it should.
        long age = Math.Abs(timestamp - state.AssignmentTimestamp);
        return state.AssignmentTimestamp == 0 || age >= settings.AssignmentInterval.TotalMilliseconds;
    }

    /// <summary>Brings the member a step nearer to its target.</summary>
    /// <param name="draft">Gets the record, if there is a step to take.</param>
    /// <param name="member">As the draft has it.</param>
    /// <param name="owned">What it says it owns; null = nothing.</param>
    /// <param name="hasSubscriptionChanged">In this very request.</param>
    /// <param name="topics">The topics now.</param>
    /// <returns>Null when it has to start anew.</returns>
    public static ConsumerGroupMember? Reconcile(
        ConsumerGroupDraft draft,
        ConsumerGroupMember member,
        IReadOnlySet<TopicIdPartition>? owned,
        bool hasSubscriptionChanged,
        ITopicView topics)
    {
        var state = draft.State;
        if (!hasSubscriptionChanged && member.Assignment.IsReconciledTo(state.AssignmentEpoch)) return member;
        var subscribed = new Lazy<HashSet<Guid>>(() => SubscribedTopics.IdsOf(member.Subscription, state, topics));
        var reconciliation = new Reconciliation(
            state.AssignmentEpoch,
            state.TargetOf(member.MemberId),
            id => subscribed.Value.Contains(id),
            partition => state.Owners.TryGetValue(partition, out var owner) && owner != member.MemberId,
            owned);
        return reconciliation.Next(member.Assignment, hasSubscriptionChanged) is { } next ? draft.Write(member, next) : null;
    }
}
