using LogBroker.Coordination.Groups.Assignors;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Brings a member a step nearer to its target (KIP-848): first it gives up what is not in it, then it goes to the
/// target's epoch, then it takes over what nobody else owns any more.</summary>
/// <param name="TargetEpoch">The epoch the target was computed for.</param>
/// <param name="Target">What the member is to own in the end.</param>
/// <param name="IsSubscribed">Whether the member subscribes to the topic now.</param>
/// <param name="IsHeldByAnother">Whether another member owns the partition, or has not given it up yet.</param>
/// <param name="Owned">What the member says it owns; null = it says nothing.</param>
internal sealed record Reconciliation(
    int TargetEpoch,
    Assignment Target,
    Func<Guid, bool> IsSubscribed,
    Func<TopicIdPartition, bool> IsHeldByAnother,
    IReadOnlySet<TopicIdPartition>? Owned)
{
    /// <param name="member">Where the member is.</param>
    /// <param name="hasSubscriptionChanged">Then what it no longer subscribes to is taken from it without waiting for a new
    /// target.</param>
    /// <returns>The same object when nothing follows; null when the state is not known and the member has to start anew.
    /// </returns>
    public MemberAssignment? Next(MemberAssignment member, bool hasSubscriptionChanged)
    {
        switch (member.State)
        {
            case MemberState.Stable when member.Epoch == TargetEpoch:
            case MemberState.UnrevokedPartitions when StillOwns(member.PendingRevocation):
                return hasSubscriptionChanged ? WithoutUnsubscribed(member) : member;
            case MemberState.Stable:
            case MemberState.UnrevokedPartitions:
            case MemberState.UnreleasedPartitions:
                return Unless(member, Advance(member, member.Epoch));
            default:
                return Owned is { Count: 0 } ? Advance(member, TargetEpoch) : null;
        }
    }

    private MemberAssignment Advance(MemberAssignment member, int epoch)
    {
        var target = Target.Partitions.Where(partition => IsSubscribed(partition.TopicId)).ToHashSet();
        var kept = member.Assigned.Where(target.Contains);
        var surplus = member.Assigned.Where(partition => !target.Contains(partition));
        if (StillOwns(surplus))
        {
            return member.At(epoch) with
            {
                State = MemberState.UnrevokedPartitions,
                Assigned = kept,
                PendingRevocation = surplus,
            };
        }

        var missing = target.Where(partition => !kept.Contains(partition)).ToArray();
        var free = missing.Where(partition => !IsHeldByAnother(partition)).ToArray();
        return member.At(TargetEpoch) with
        {
            State = free.Length == missing.Length ? MemberState.Stable : MemberState.UnreleasedPartitions,
            Assigned = free.Length == 0 ? kept : kept.With(free, TargetEpoch),
            PendingRevocation = OwnedPartitions.None,
        };
    }

    private MemberAssignment WithoutUnsubscribed(MemberAssignment member)
    {
        var kept = member.Assigned.Where(partition => IsSubscribed(partition.TopicId));
        if (kept.Count == member.Assigned.Count) return member;
        var given = member.PendingRevocation.With(member.Assigned.Where(partition => !IsSubscribed(partition.TopicId)));
        return StillOwns(given)
            ? member.At(member.Epoch) with
            {
                State = MemberState.UnrevokedPartitions,
                Assigned = kept,
                PendingRevocation = given,
            }
            : member.At(member.Epoch) with { Assigned = kept };
    }

    /// <summary>A member that does not say what it owns is taken to own it still.</summary>
    private bool StillOwns(OwnedPartitions partitions) =>
        !partitions.IsEmpty && (Owned is null || partitions.Partitions.Any(Owned.Contains));

    private static MemberAssignment Unless(MemberAssignment before, MemberAssignment after) =>
        before == after ? before : after;
}
