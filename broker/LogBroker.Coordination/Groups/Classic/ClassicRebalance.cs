using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Classic;

/// <summary>Moves classic groups from one generation to the next: who is waited for, for how long, and who is answered when.
/// </summary>
/// <remarks>Owned by <see cref="ClassicGroups"/>. It keeps nothing itself but the deadlines.</remarks>
internal sealed class ClassicRebalance(GroupsEnvironment environment, Deadlines deadlines)
{
    /// <summary>How long a new member may wait for its first generation: it has no member id yet to send heartbeats with, and
    /// may have given up.</summary>
    private static readonly TimeSpan NewMemberJoinTimeout = TimeSpan.FromMinutes(5);

    public ClassicGroup NewGroup(string groupId) => new(groupId, OnJoinDue, OnSyncDue) { SignOfLife = KeepAlive };

    /// <summary>A member that is not in the group yet.</summary>
    public ClassicMember NewMember(ClassicGroup group, string memberId, string? instanceId, string clientId, string clientHost) =>
        new(memberId, instanceId, clientId, clientHost, new Deadline(now => OnSessionDue(group, memberId, now)));

    /// <summary>Begins a rebalance, or goes on with the one under way.</summary>
    public void PrepareOrGoOn(ClassicGroup group, DecisionDraft draft)
    {
        if (group.CanRebalance) Prepare(group, draft);
        else CompleteJoinIfAllDid(group, draft);
    }

    /// <summary>Begins a rebalance: all members are to join anew.</summary>
    public void Prepare(ClassicGroup group, DecisionDraft draft)
    {
        if (group.Phase == ClassicGroupPhase.CompletingRebalance) GiveUpSync(group, draft);
        group.SyncDeadline.Disarm();
        bool isInitial = group.Phase == ClassicGroupPhase.Empty;
        group.MoveTo(ClassicGroupPhase.PreparingRebalance, environment.Timestamp);
        environment.RebalanceBegan(GroupType.Classic);
        if (isInitial)
        {
            TimeSpan delay = environment.Settings().InitialRebalanceDelay;
            group.IsMemberAdded = false;
            group.InitialDelayLeft = Positive(group.RebalanceTimeout - delay);
            deadlines.Arm(group.JoinDeadline, draft.Now + delay);
        }
        else if (group.HaveAllJoined)
        {
            CompleteJoin(group, draft);
        }
        else
        {
            deadlines.Arm(group.JoinDeadline, draft.Now + group.RebalanceTimeout);
        }
    }

    /// <summary>Ends the join phase if nobody is left to wait for; the initial delay is waited for in any case.</summary>
    public void CompleteJoinIfAllDid(ClassicGroup group, DecisionDraft draft)
    {
        if (group is { Phase: ClassicGroupPhase.PreparingRebalance, HaveAllJoined: true }
            && group.PreviousPhase != ClassicGroupPhase.Empty)
            CompleteJoin(group, draft);
    }

    /// <summary>Takes a member out whose time is up or who leaves; the caller goes on with the rebalance.</summary>
    public static void Remove(ClassicGroup group, ClassicMember member, DecisionDraft draft)
    {
        draft.Reply(group.SetAwaitingJoin(member, null), ClassicAnswers.JoinRefused("", ErrorCode.UnknownMemberId));
        AnswerSync(member, ClassicAnswers.SyncRefused(ErrorCode.UnknownMemberId), draft);
        group.Remove(member);
    }

    /// <summary>Gives a member another session timeout's time.</summary>
    public void KeepAlive(ClassicMember member, DateTimeOffset now) =>
        deadlines.Arm(member.Session, now + member.SessionTimeout);

    /// <summary>Gives somebody the time to join for the first time.</summary>
    public void AwaitFirstGeneration(ClassicMember member, DateTimeOffset now) =>
        deadlines.Arm(member.Session, now + NewMemberJoinTimeout);

    /// <summary>Remembers a member id that was given out.</summary>
    public void AddPending(ClassicGroup group, string memberId, TimeSpan timeout, DateTimeOffset now)
    {
        var deadline = new Deadline(due => OnPendingDue(group, memberId, due));
        group.PendingMembers[memberId] = deadline;
        deadlines.Arm(deadline, now + timeout);
    }

    /// <summary>Ends the wait for the sync of somebody who is there or gone now.</summary>
    public static void EndSyncIfAllDid(ClassicGroup group)
    {
        if (group.PendingSyncs.Count == 0) group.SyncDeadline.Disarm();
    }

    public static void AnswerSync(ClassicMember member, SyncGroupResponse response, DecisionDraft draft)
    {
        draft.Reply(member.AwaitingSync, response);
        member.AwaitingSync = null;
    }

    private Decision<Nothing> OnJoinDue(ClassicGroup group, DateTimeOffset now)
    {
        var draft = new DecisionDraft(now);
        if (group.Phase != ClassicGroupPhase.PreparingRebalance) return draft.Done();
        bool isInitial = group.PreviousPhase == ClassicGroupPhase.Empty;
        if (isInitial && group.IsMemberAdded && group.InitialDelayLeft > TimeSpan.Zero) LengthenInitialDelay(group, now);
        else CompleteJoin(group, draft);
        return draft.Done();
    }

    private void LengthenInitialDelay(ClassicGroup group, DateTimeOffset now)
    {
        TimeSpan delay = environment.Settings().InitialRebalanceDelay;
        TimeSpan next = delay < group.InitialDelayLeft ? delay : group.InitialDelayLeft;
        group.IsMemberAdded = false;
        group.InitialDelayLeft = Positive(group.InitialDelayLeft - delay);
        deadlines.Arm(group.JoinDeadline, now + next);
    }

    private Decision<Nothing> OnSyncDue(ClassicGroup group, DateTimeOffset now)
    {
        var draft = new DecisionDraft(now);
        if (group.Phase is not (ClassicGroupPhase.CompletingRebalance or ClassicGroupPhase.Stable)) return draft.Done();
        if (group.PendingSyncs.Count == 0) return draft.Done();
        foreach (string memberId in group.PendingSyncs.ToArray())
        {
            if (group.Find(memberId) is { } member) Remove(group, member, draft);
        }

        Prepare(group, draft);
        return draft.Done();
    }

    private Decision<Nothing> OnSessionDue(ClassicGroup group, string memberId, DateTimeOffset now)
    {
        var draft = new DecisionDraft(now);
        if (group.Find(memberId) is not { } member) return draft.Done();
        // Who waits for the others to join or for the leader to sync cannot send heartbeats, and lives as long as it waits.
        if (!member.IsNew && (member.AwaitingJoin is not null || member.AwaitingSync is not null)) return draft.Done();
        Remove(group, member, draft);
        if (group.Phase != ClassicGroupPhase.Empty) PrepareOrGoOn(group, draft);
        return draft.Done();
    }

    private Decision<Nothing> OnPendingDue(ClassicGroup group, string memberId, DateTimeOffset now)
    {
        var draft = new DecisionDraft(now);
        if (group.PendingMembers.Remove(memberId)) CompleteJoinIfAllDid(group, draft);
        return draft.Done();
    }

    private void CompleteJoin(ClassicGroup group, DecisionDraft draft)
    {
        group.JoinDeadline.Disarm();
        foreach (ClassicMember member in group.Members.ToArray())
        {
            if (member is { AwaitingJoin: null, GroupInstanceId: null }) Remove(group, member, draft);
        }

        if (group.MemberCount > 0 && !group.TryElectJoinedLeader())
        {
            // Only static members are left, none of which has come back: their sessions decide.
            deadlines.Arm(group.JoinDeadline, draft.Now + group.RebalanceTimeout);
            return;
        }

        group.BeginGeneration(environment.Timestamp);
        if (group.IsEmpty)
        {
            draft.Write(ClassicGroupRecords.Of(group));
            return;
        }

        foreach (ClassicMember member in group.Members)
        {
            draft.Reply(group.SetAwaitingJoin(member, null), ClassicAnswers.Joined(group, member));
            KeepAlive(member, draft.Now);
            member.IsNew = false;
            group.PendingSyncs.Add(member.MemberId);
        }

        deadlines.Arm(group.SyncDeadline, draft.Now + group.RebalanceTimeout);
    }

    private void GiveUpSync(ClassicGroup group, DecisionDraft draft)
    {
        foreach (ClassicMember member in group.Members)
        {
            member.Assignment = default;
            if (member.AwaitingSync is null) continue;
            AnswerSync(member, ClassicAnswers.SyncRefused(ErrorCode.RebalanceInProgress), draft);
            KeepAlive(member, draft.Now);
        }
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
