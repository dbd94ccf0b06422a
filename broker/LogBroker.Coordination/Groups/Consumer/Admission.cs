using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Says which member a request speaks for, or why it may not.</summary>
internal static class Admission
{
    /// <param name="draft">A static member that is back replaces what it was before here.</param>
    /// <param name="identity">Who the request says it is.</param>
    /// <param name="member">The member; one that joins is not yet in the draft.</param>
    public static GroupError? Find(
        ConsumerGroupDraft draft, in MemberIdentity identity, out ConsumerGroupMember? member) =>
        identity.InstanceId is null
            ? FindDynamic(draft, identity, out member)
            : FindStatic(draft, identity, out member);

    public static GroupError UnknownMember(string groupId, string memberId) =>
        new(ErrorCode.UnknownMemberId, $"Member {memberId} is not a member of group {groupId}.");

    public static GroupError UnknownInstance(string instanceId) =>
        new(ErrorCode.UnknownMemberId, $"Instance id {instanceId} is unknown.");

    public static GroupError? CheckInstance(ConsumerGroupMember owner, string memberId, string instanceId) =>
        owner.MemberId == memberId
            ? null
            : new GroupError(
                ErrorCode.FencedInstanceId,
                $"Static member {memberId} with instance id {instanceId} was fenced by member {owner.MemberId}.");

    private static GroupError? FindDynamic(
        ConsumerGroupDraft draft, in MemberIdentity identity, out ConsumerGroupMember? member)
    {
        member = draft.State.Member(identity.MemberId);
        if (member is not null) return CheckEpoch(member, identity);
        if (!identity.Joins) return UnknownMember(draft.GroupId, identity.MemberId);
        member = new ConsumerGroupMember(identity.MemberId, MemberSubscription.Empty, MemberAssignment.Empty);
        return null;
    }

    private static GroupError? FindStatic(
        ConsumerGroupDraft draft, in MemberIdentity identity, out ConsumerGroupMember? member)
    {
        var owner = draft.State.StaticMember(identity.InstanceId!);
        member = owner;
        if (!identity.Joins)
        {
            if (owner is null) return UnknownInstance(identity.InstanceId!);
            return CheckInstance(owner, identity.MemberId, identity.InstanceId!) ?? CheckEpoch(owner, identity);
        }

        if (owner is null)
        {
            member = draft.State.Member(identity.MemberId) ??
                     new ConsumerGroupMember(identity.MemberId, MemberSubscription.Empty, MemberAssignment.Empty);
            return null;
        }

        if (!identity.SpeaksClassic && !owner.SpeaksClassic && owner.Assignment.Epoch != MemberEpochs.LeftForNow)
        {
            return new GroupError(
                ErrorCode.UnreleasedInstanceId,
                $"Static member {identity.MemberId} with instance id {identity.InstanceId} cannot join the group because " +
                $"the instance id is owned by {owner.MemberId} member.");
        }

        member = draft.Replace(owner, identity.MemberId);
        return null;
    }

    /// <summary>A member may speak with its epoch, or, where an answer may have been lost on the way, with the one before, as long
    /// as it owns nothing that is not its own.</summary>
    private static GroupError? CheckEpoch(ConsumerGroupMember member, in MemberIdentity identity)
    {
        var assignment = member.Assignment;
        if (identity.SpeaksClassic || identity.Epoch == MemberEpochs.Joining || identity.Epoch == assignment.Epoch) return null;
        if (identity.Epoch > assignment.Epoch) return Fenced("greater", identity.Epoch, assignment.Epoch);
        return identity.Epoch == assignment.PreviousEpoch &&
               identity.Owned is not null && identity.Owned.All(assignment.Assigned.Contains)
            ? null
            : Fenced("smaller", identity.Epoch, assignment.Epoch);
    }

    private static GroupError Fenced(string how, int received, int known) => new(
        ErrorCode.FencedMemberEpoch,
        $"The consumer group member has a {how} member epoch ({received}) than the one known by the group coordinator " +
        $"({known}). The member must abandon all its partitions and rejoin.");
}

/// <summary>Who a request says it is.</summary>
/// <param name="MemberId">Not empty.</param>
/// <param name="InstanceId">Null = not static.</param>
/// <param name="Epoch">The member's epoch as it knows it.</param>
/// <param name="Joins">Whether it asks to be let in.</param>
/// <param name="SpeaksClassic">Whether it came by JoinGroup.</param>
/// <param name="Owned">What it says it owns; null = nothing said.</param>
internal readonly record struct MemberIdentity(
    string MemberId, string? InstanceId, int Epoch, bool Joins, bool SpeaksClassic, IReadOnlySet<TopicIdPartition>? Owned);
