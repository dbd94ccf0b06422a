using System.Collections.Immutable;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Classic;

/// <summary>The classic group protocol: join, sync, heartbeat, leave.</summary>
/// <remarks>A part of <see cref="GroupsState"/>, pure as that is. Before the leader has synced a generation is soft: after a
/// restart its members are told that they are unknown, and join anew.</remarks>
public sealed class ClassicGroups
{
    private readonly GroupsEnvironment _environment;
    private readonly GroupRegistry _groups;
    private readonly ClassicRebalance _rebalance;
    private readonly ClassicJoin _join;
    private bool _isLoaded;

    internal ClassicGroups(GroupsEnvironment environment, GroupRegistry groups, Deadlines deadlines)
    {
        _environment = environment;
        _groups = groups;
        _rebalance = new ClassicRebalance(environment, deadlines);
        _join = new ClassicJoin(environment, _rebalance);
    }

    /// <summary>Becomes a member, or takes part in the next generation.</summary>
    public Decision<JoinGroupResponse> Join(JoinGroupRequest request, RequestOrigin origin, DateTimeOffset now)
    {
        var draft = new DecisionDraft(now);
        var join = new JoinCommand(request, origin);
        IGroup? known = _groups.Find(request.GroupId);
        if (known is null && request.MemberId.Length > 0)
        {
            join.Refuse(request.MemberId, ErrorCode.UnknownMemberId, draft);
        }
        else if (known is not (null or ClassicGroup))
        {
            join.Refuse(request.MemberId, ErrorCode.InconsistentGroupProtocol, draft);
        }
        else
        {
            ClassicGroup group = known as ClassicGroup ?? Create(request.GroupId);
            _join.Join(group, join, draft);
            if (known is null && !draft.HasRecords) draft.Write(ClassicGroupRecords.OfNew(group));
        }

        return draft.Park(join.Pending);
    }

    /// <summary>Brings the leader's assignment, or asks for one's own.</summary>
    public Decision<SyncGroupResponse> Sync(SyncGroupRequest request, DateTimeOffset now)
    {
        ErrorCode error = Find(request.GroupId, request.MemberId, request.GroupInstanceId, out ClassicGroup? group);
        if (error == ErrorCode.None) error = CheckSync(group!, request);
        if (error != ErrorCode.None) return Decision.Answer(ClassicAnswers.SyncRefused(error));
        ClassicMember member = group!.Find(request.MemberId)!;
        group.PendingSyncs.Remove(member.MemberId);
        ClassicRebalance.EndSyncIfAllDid(group);
        if (group.Phase == ClassicGroupPhase.Stable) return Decision.Answer(ClassicAnswers.Synced(group, member.Assignment));

        var draft = new DecisionDraft(now);
        var pending = new PendingReply<SyncGroupResponse>();
        ClassicRebalance.AnswerSync(member, ClassicAnswers.SyncRefused(ErrorCode.RebalanceInProgress), draft);
        member.AwaitingSync = pending;
        if (group.IsLeader(member.MemberId)) Assign(group, request, draft);
        return draft.Park(pending);
    }

    /// <summary>Shows that a member lives, and tells it whether it is to join anew.</summary>
    public Decision<HeartbeatResponse> Heartbeat(HeartbeatRequest request, DateTimeOffset now)
    {
        ErrorCode error = Find(request.GroupId, request.MemberId, request.GroupInstanceId, out ClassicGroup? group);
        if (error == ErrorCode.None && request.GenerationId != group!.Generation) error = ErrorCode.IllegalGeneration;
        if (error == ErrorCode.None)
        {
            _rebalance.KeepAlive(group!.Find(request.MemberId)!, now);
            if (group.Phase == ClassicGroupPhase.PreparingRebalance) error = ErrorCode.RebalanceInProgress;
        }

        return Decision.Answer(new HeartbeatResponse { ErrorCode = error });
    }

    /// <summary>Takes members out, each by itself (KIP-345).</summary>
    public Decision<LeaveGroupResponse> Leave(LeaveGroupRequest request, DateTimeOffset now)
    {
        _groups.TryFind(request.GroupId, out ClassicGroup? group);
        var draft = new DecisionDraft(now);
        var response = new LeaveGroupResponse
        {
            Members =
            [
                .. request.Members.Select(leaving => new LeaveGroupResponse.MemberResponse
                {
                    MemberId = leaving.MemberId,
                    GroupInstanceId = leaving.GroupInstanceId,
                    ErrorCode = group is null
                        ? ErrorCode.UnknownMemberId
                        : Leave(group, leaving.MemberId, leaving.GroupInstanceId, draft),
                }),
            ],
        };
        if (group is { IsEmpty: false } && response.Members.Any(member => member.ErrorCode == ErrorCode.None))
            _rebalance.PrepareOrGoOn(group, draft);
        return draft.Answer(response);
    }

    /// <summary>Makes a group that has no members, for offsets that somebody commits alone.</summary>
    internal ClassicGroup Create(string groupId)
    {
        ClassicGroup group = _rebalance.NewGroup(groupId);
        group.MoveTo(ClassicGroupPhase.Empty, _environment.Timestamp);
        _groups.Set(group);
        return group;
    }

    /// <summary>Takes over a group that spoke the consumer group protocol until now.</summary>
    internal void Adopt(
        string groupId,
        GroupMetadataValue value,
        IReadOnlyDictionary<string, ImmutableArray<ClassicProtocol>> protocols,
        bool rebalances,
        DecisionDraft draft)
    {
        ClassicGroup group = Restore(groupId, value);
        foreach (ClassicMember member in group.Members)
        {
            group.SetProtocols(member, protocols[member.MemberId]);
            _rebalance.KeepAlive(member, draft.Now);
        }

        _groups.Set(group);
        draft.Write(ClassicGroupRecords.Of(group));
        if (rebalances) _rebalance.Prepare(group, draft);
    }

    /// <summary>Tells all whose requests are parked to join anew: the group goes over to the consumer group protocol.</summary>
    internal static void GiveUp(ClassicGroup group, DecisionDraft draft)
    {
        foreach (ClassicMember member in group.Members)
        {
            draft.Reply(
                group.SetAwaitingJoin(member, null),
                ClassicAnswers.JoinRefused(member.MemberId, ErrorCode.RebalanceInProgress));
            ClassicRebalance.AnswerSync(member, ClassicAnswers.SyncRefused(ErrorCode.RebalanceInProgress), draft);
        }
    }

    internal void Replay(GroupMetadataKey key, GroupMetadataValue? value)
    {
        _groups.TryFind(key.Group, out ClassicGroup? live);
        if (value is null)
        {
            live?.DisarmAll();
            if (live is not null) _groups.Remove(key.Group);
        }
        else if (_isLoaded && live is not null)
        {
            ApplyOwn(live, value);
        }
        else
        {
            _groups.Set(Restore(key.Group, value));
        }
    }

    /// <summary>After a load all members get a session's time to show that they live; groups that are too large shrink.
    /// </summary>
    internal void OnLoaded(DecisionDraft draft)
    {
        _isLoaded = true;
        int most = _environment.Settings().GroupSizeMax;
        foreach (ClassicGroup group in _groups.All.OfType<ClassicGroup>().ToArray())
        {
            foreach (ClassicMember member in group.Members) _rebalance.KeepAlive(member, draft.Now);
            if (group.MemberCount > most) _rebalance.Prepare(group, draft);
        }
    }

    private ErrorCode Find(string groupId, string memberId, string? instanceId, out ClassicGroup? group)
    {
        if (!_groups.TryFind(groupId, out group) || group.IsEmpty) return ErrorCode.UnknownMemberId;
        return group.CheckMember(memberId, instanceId);
    }

    private static ErrorCode CheckSync(ClassicGroup group, SyncGroupRequest request)
    {
        if (request.GenerationId != group.Generation) return ErrorCode.IllegalGeneration;
        if (Differs(request.ProtocolType, group.ProtocolTypeOrNull) || Differs(request.ProtocolName, group.Protocol))
            return ErrorCode.InconsistentGroupProtocol;
        return group.Phase == ClassicGroupPhase.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    private static bool Differs(string? told, string? known) => told is not null && known is not null && told != known;

    private void Assign(ClassicGroup group, SyncGroupRequest request, DecisionDraft draft)
    {
        var assignments = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (SyncGroupRequest.SyncGroupRequestAssignment assigned in request.Assignments)
            assignments[assigned.MemberId] = assigned.Assignment.ToArray();
        draft.Write(ClassicGroupRecords.Of(group, member => assignments.GetValueOrDefault(member.MemberId)));
        foreach (ClassicMember member in group.Members)
        {
            if (member.AwaitingSync is null) continue;
            _rebalance.KeepAlive(member, draft.Now);
            ClassicRebalance.AnswerSync(
                member, ClassicAnswers.Synced(group, assignments.GetValueOrDefault(member.MemberId)), draft);
        }
    }

    private static ErrorCode Leave(ClassicGroup group, string memberId, string? instanceId, DecisionDraft draft)
    {
        if (memberId.Length == 0)
        {
            if (instanceId is null || group.FindStatic(instanceId) is not { } known) return ErrorCode.UnknownMemberId;
            memberId = known;
        }
        else if (group.PendingMembers.Remove(memberId, out Deadline? deadline))
        {
            deadline.Disarm();
            return ErrorCode.None;
        }
        else if (group.CheckMember(memberId, instanceId) is var error && error != ErrorCode.None)
        {
            return error;
        }

        ClassicRebalance.Remove(group, group.Find(memberId)!, draft);
        ClassicRebalance.EndSyncIfAllDid(group);
        return ErrorCode.None;
    }

    /// <summary>A record of this state's own making: assignments arrive, and with them the generation is stable. The rest has
    /// happened already.</summary>
    private void ApplyOwn(ClassicGroup group, GroupMetadataValue value)
    {
        if (value.Generation != group.Generation) return;
        foreach (GroupMetadataValue.MemberMetadata written in value.Members)
        {
            if (group.Find(written.MemberId) is { } member) member.Assignment = written.Assignment;
        }

        if (group.Phase == ClassicGroupPhase.CompletingRebalance && value.Members.Length > 0)
            group.MoveTo(ClassicGroupPhase.Stable, _environment.Timestamp);
    }

    private ClassicGroup Restore(string groupId, GroupMetadataValue value)
    {
        ClassicGroup group = _rebalance.NewGroup(groupId);
        foreach (GroupMetadataValue.MemberMetadata written in value.Members)
        {
            ClassicMember member = _rebalance.NewMember(
                group, written.MemberId, written.GroupInstanceId, written.ClientId, written.ClientHost);
            member.SessionTimeout = TimeSpan.FromMilliseconds(written.SessionTimeout);
            member.RebalanceTimeout = TimeSpan.FromMilliseconds(
                written.RebalanceTimeout == -1 ? written.SessionTimeout : written.RebalanceTimeout);
            member.Protocols = [new ClassicProtocol(value.Protocol ?? "", written.Subscription)];
            member.Assignment = written.Assignment;
            group.Add(member, value.ProtocolType);
        }

        group.Restore(
            value.Generation,
            value.ProtocolType.Length == 0 ? null : value.ProtocolType,
            value.Protocol,
            value.Leader,
            value.CurrentStateTimestamp == -1 ? null : value.CurrentStateTimestamp);
        return group;
    }
}
