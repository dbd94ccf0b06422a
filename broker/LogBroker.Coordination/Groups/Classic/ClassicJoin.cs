using System.Collections.Immutable;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Classic;

/// <summary>Decides about join requests of classic groups.</summary>
internal sealed class ClassicJoin(GroupsEnvironment environment, ClassicRebalance rebalance)
{
    private const short MemberIdRequiredSince = 4;
    private const short SkipsAssignmentSince = 9;

    /// <summary>Lets somebody join a group that is there.</summary>
    public void Join(ClassicGroup group, JoinCommand join, DecisionDraft draft)
    {
        if (!HasRoomFor(group, join.Request.MemberId))
        {
            if (group.Find(join.Request.MemberId) is { } tooMany) ClassicRebalance.Remove(group, tooMany, draft);
            join.Refuse("", ErrorCode.GroupMaxSizeReached, draft);
        }
        else if (!group.Supports(join.Request.ProtocolType, join.Request.Protocols.Select(protocol => protocol.Name)))
        {
            join.Refuse(join.Request.MemberId, ErrorCode.InconsistentGroupProtocol, draft);
        }
        else if (join.Request.MemberId.Length == 0)
        {
            JoinUnknown(group, join, draft);
        }
        else if (group.PendingMembers.ContainsKey(join.Request.MemberId))
        {
            AddMember(group, join, join.Request.MemberId, draft);
        }
        else
        {
            JoinKnown(group, join, draft);
        }
    }

    private bool HasRoomFor(ClassicGroup group, string memberId)
    {
        int most = environment.Settings().GroupSizeMax;
        ClassicMember? known = group.Find(memberId);
        return group.Phase switch
        {
            ClassicGroupPhase.Empty => true,
            // Those who wait count, not the members: after the limit was lowered the last to come have to go.
            ClassicGroupPhase.PreparingRebalance => known?.AwaitingJoin is not null || group.JoiningCount < most,
            _ => known is not null || group.MemberCount < most,
        };
    }

    private void JoinUnknown(ClassicGroup group, JoinCommand join, DecisionDraft draft)
    {
        string? instanceId = join.Request.GroupInstanceId;
        string memberId = $"{instanceId ?? join.Origin.ClientId}-{environment.NewUuid()}";
        if (instanceId is not null && group.FindStatic(instanceId) is { } known)
        {
            ReplaceStatic(group, join, group.Find(known)!, memberId, draft);
        }
        else if (instanceId is null && join.Origin.ApiVersion >= MemberIdRequiredSince)
        {
            rebalance.AddPending(group, memberId, join.SessionTimeout, draft.Now);
            join.Refuse(memberId, ErrorCode.MemberIdRequired, draft);
        }
        else
        {
            AddMember(group, join, memberId, draft);
        }
    }

    private void JoinKnown(ClassicGroup group, JoinCommand join, DecisionDraft draft)
    {
        string memberId = join.Request.MemberId;
        ErrorCode error = group.CheckMember(memberId, join.Request.GroupInstanceId);
        if (error != ErrorCode.None)
        {
            join.Refuse(memberId, error, draft);
            return;
        }

        ClassicMember member = group.Find(memberId)!;
        bool matches = member.Matches(join.Protocols);
        switch (group.Phase)
        {
            case ClassicGroupPhase.Empty:
                join.Refuse(memberId, ErrorCode.UnknownMemberId, draft);
                break;
            case ClassicGroupPhase.CompletingRebalance when matches:
            case ClassicGroupPhase.Stable when matches && !group.IsLeader(memberId):
                draft.Reply(join.Pending, ClassicAnswers.Joined(group, member));
                break;
            default:
                // A leader that joins again wants a rebalance: it may know of a change that its own data does not show.
                Update(group, member, join, draft);
                rebalance.PrepareOrGoOn(group, draft);
                break;
        }
    }

    private void AddMember(ClassicGroup group, JoinCommand join, string memberId, DecisionDraft draft)
    {
        ClassicMember member = rebalance.NewMember(
            group, memberId, join.Request.GroupInstanceId, join.Origin.ClientId, join.Origin.ClientHost);
        member.IsNew = true;
        member.SessionTimeout = join.SessionTimeout;
        member.RebalanceTimeout = join.RebalanceTimeout;
        member.Protocols = join.Protocols;
        if (group is { Phase: ClassicGroupPhase.PreparingRebalance, PreviousPhase: ClassicGroupPhase.Empty })
            group.IsMemberAdded = true;
        group.Add(member, join.Request.ProtocolType);
        group.SetAwaitingJoin(member, join.Pending);
        rebalance.AwaitFirstGeneration(member, draft.Now);
        rebalance.PrepareOrGoOn(group, draft);
    }

    private static void Update(ClassicGroup group, ClassicMember member, JoinCommand join, DecisionDraft draft)
    {
        group.SetProtocols(member, join.Protocols);
        member.SessionTimeout = join.SessionTimeout;
        member.RebalanceTimeout = join.RebalanceTimeout;
        // A request that is sent again takes the place of the first, for which nobody waits any more.
        draft.Reply(
            group.SetAwaitingJoin(member, join.Pending),
            ClassicAnswers.JoinRefused(member.MemberId, ErrorCode.RebalanceInProgress));
    }

    /// <summary>A static member comes back under a new member id: nobody else need notice while the group is stable.</summary>
    private void ReplaceStatic(ClassicGroup group, JoinCommand join, ClassicMember old, string memberId, DecisionDraft draft)
    {
        string? leaderBefore = group.LeaderId;
        ClassicMember member = Succeed(group, old, memberId, draft);
        Update(group, member, join, draft);
        rebalance.KeepAlive(member, draft.Now);
        switch (group.Phase)
        {
            case ClassicGroupPhase.Stable when group.ChooseProtocol() == group.Protocol:
                draft.Write(ClassicGroupRecords.Of(group));
                AnswerReplaced(group, member, leaderBefore, join.Origin.ApiVersion, draft);
                break;
            case ClassicGroupPhase.PreparingRebalance:
                rebalance.CompleteJoinIfAllDid(group, draft);
                break;
            default:
                rebalance.Prepare(group, draft);
                break;
        }
    }

    private ClassicMember Succeed(ClassicGroup group, ClassicMember old, string memberId, DecisionDraft draft)
    {
        draft.Reply(
            group.SetAwaitingJoin(old, null), ClassicAnswers.JoinRefused(old.MemberId, ErrorCode.FencedInstanceId));
        ClassicRebalance.AnswerSync(old, ClassicAnswers.SyncRefused(ErrorCode.FencedInstanceId), draft);
        ClassicMember member = rebalance.NewMember(
            group, memberId, old.GroupInstanceId, old.ClientId, old.ClientHost);
        member.Protocols = old.Protocols;
        member.Assignment = old.Assignment;
        group.Replace(old, member);
        return member;
    }

    /// <summary>Old clients are told the leader of before, so that one that leads does not try to assign; newer ones are told
    /// not to (KIP-814).</summary>
    private static void AnswerReplaced(
        ClassicGroup group, ClassicMember member, string? leaderBefore, short version, DecisionDraft draft)
    {
        bool isLeader = group.IsLeader(member.MemberId);
        JoinGroupResponse response = ClassicAnswers.Joined(group, member);
        if (version >= SkipsAssignmentSince)
        {
            response.SkipAssignment = isLeader;
        }
        else
        {
            response.Leader = leaderBefore ?? "";
            response.Members = [];
        }

        draft.Reply(group.SetAwaitingJoin(member, null), response);
    }
}

/// <summary>A join request, read once; what is kept of it are copies.</summary>
internal sealed class JoinCommand(JoinGroupRequest request, RequestOrigin origin)
{
    public JoinGroupRequest Request => request;

    public RequestOrigin Origin => origin;

    public PendingReply<JoinGroupResponse> Pending { get; } = new();

    public ImmutableArray<ClassicProtocol> Protocols { get; } = ClassicProtocol.From(request);

    public TimeSpan SessionTimeout => TimeSpan.FromMilliseconds(request.SessionTimeoutMs);

    /// <summary>The oldest clients have one timeout for both.</summary>
    public TimeSpan RebalanceTimeout =>
        TimeSpan.FromMilliseconds(origin.ApiVersion == 0 ? request.SessionTimeoutMs : request.RebalanceTimeoutMs);

    public void Refuse(string memberId, ErrorCode error, DecisionDraft draft) =>
        draft.Reply(Pending, ClassicAnswers.JoinRefused(memberId, error));
}
