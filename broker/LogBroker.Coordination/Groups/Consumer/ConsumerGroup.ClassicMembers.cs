using System.Collections.Immutable;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Members that speak the classic protocol in a group that speaks the new one: the broker plays the leader. Their
/// generation is their epoch, and a rebalance is told to them one by one.</summary>
internal sealed partial class ConsumerGroup
{
    private const short MemberIdRequiredSince = 4;

    public Decision<JoinGroupResponse> Join(JoinGroupRequest request, RequestOrigin origin, DateTimeOffset now)
    {
        var settings = context.SettingsOf(GroupId);
        bool isNew = request.MemberId.Length == 0;
        var memberId = isNew ? context.NewMemberId() : request.MemberId;
        var refusal = CheckJoin(request, memberId, settings);
        if (refusal != ErrorCode.None) return RefuseJoin(refusal);
        if (isNew && request.GroupInstanceId is null && origin.ApiVersion >= MemberIdRequiredSince)
            return RefuseJoin(ErrorCode.MemberIdRequired, memberId);
        if (!EmbeddedProtocol.TryReadSubscription(request.Protocols[0].Metadata, out var told))
            return RefuseJoin(ErrorCode.InconsistentGroupProtocol);

        var draft = new ConsumerGroupDraft(GroupId, State);
        var identity = new MemberIdentity(
            memberId, request.GroupInstanceId, Epoch: -1, isNew || request.GroupInstanceId is null, SpeaksClassic: true, Owned: null);
        var replaced = request.GroupInstanceId is { } instanceId && identity.Joins ? State.StaticMember(instanceId) : null;
        if (Admission.Find(draft, identity, out var before) is { } refused) return RefuseJoin(refused.Code);
        var topics = context.Topics();
        long timestamp = context.Timestamp();
        var member = draft.Write(before!, before!.Subscription with
        {
            InstanceId = request.GroupInstanceId ?? before.Subscription.InstanceId,
            RackId = told.RackId ?? before.Subscription.RackId,
            ClientId = origin.ClientId,
            ClientHost = origin.ClientHost,
            RebalanceTimeout = TimeSpan.FromMilliseconds(request.RebalanceTimeoutMs),
            TopicNames = MemberSubscription.Sorted(told.Topics),
            TopicRegex = "",
            Classic = ClassicSide.Of(request),
        });
        RegexSubscriptions.Follow(draft, before.Subscription, member.Subscription, topics, timestamp);
        bool hasSubscriptionChanged = !member.Subscription.SubscribesLike(before.Subscription);
        FollowTopics(draft, hasSubscriptionChanged, topics, timestamp);
        bool becomesClassic = replaced is { SpeaksClassic: false } && Downgrade.IsDue(draft.State, settings);
        if (!becomesClassic) GroupProgress.RenewTargets(draft, settings, topics, timestamp);
        var owned = EmbeddedProtocol.IdsOf(
            told.OwnedPartitions.Select(topic => (topic.Topic, topic.Partitions.AsEnumerable())), topics);
        var reconciled = GroupProgress.Reconcile(draft, member, owned, hasSubscriptionChanged, topics);
        if (reconciled is null) return RefuseJoin(ErrorCode.UnknownMemberId);

        var response = new JoinGroupResponse
        {
            MemberId = reconciled.MemberId,
            GenerationId = reconciled.Assignment.Epoch,
            ProtocolType = EmbeddedProtocol.ProtocolType,
            ProtocolName = request.Protocols[0].Name,
        };
        if (becomesClassic)
        {
            return BecomeClassic(
                draft.State, rebalances: draft.State.AssignmentEpoch < draft.State.Epoch, response, now);
        }

        AwaitHeartbeat(reconciled, now);
        _timers.Disarm(MemberWait.Join, reconciled.MemberId);
        Await(MemberWait.Sync, reconciled, now);
        _topicsSeen = draft.Records.IsEmpty ? topics.Version : null;
        return Decision.Answer(response, draft.Records) with { IsOnlyRecords = true };
    }

    public Decision<SyncGroupResponse> Sync(SyncGroupRequest request, DateTimeOffset now)
    {
        var error = FindClassic(request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
        if (error == ErrorCode.None) error = CheckSync(member!, request, now);
        if (error != ErrorCode.None) return Decision.Answer(new SyncGroupResponse { ErrorCode = error });
        _timers.Disarm(MemberWait.Sync, member!.MemberId);
        AwaitHeartbeat(member, now);
        return Decision.Answer(new SyncGroupResponse
        {
            ProtocolType = request.ProtocolType,
            ProtocolName = request.ProtocolName,
            Assignment = EmbeddedProtocol.WriteAssignment(
                member.Assignment.Assigned.ToAssignment(),
                member.Subscription.Classic!.Protocols[0].Metadata,
                context.Topics()),
        });
    }

    public Decision<HeartbeatResponse> Heartbeat(HeartbeatRequest request, DateTimeOffset now)
    {
        var error = FindClassic(request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
        if (error != ErrorCode.None) return Decision.Answer(new HeartbeatResponse { ErrorCode = error });
        AwaitHeartbeat(member!, now);
        if (!IsToJoinAgain(member!)) return Decision.Answer(new HeartbeatResponse());
        AwaitJoin(member!, now);
        return Decision.Answer(new HeartbeatResponse { ErrorCode = ErrorCode.RebalanceInProgress });
    }

    public Decision<LeaveGroupResponse> Leave(LeaveGroupRequest request, DateTimeOffset now)
    {
        var leaving = new Dictionary<string, ConsumerGroupMember>(StringComparer.Ordinal);
        var answers = ImmutableArray.CreateBuilder<LeaveGroupResponse.MemberResponse>();
        foreach (var identity in request.Members)
        {
            var error = FindLeaving(identity.MemberId, identity.GroupInstanceId, out var member);
            if (error == ErrorCode.None) leaving[member!.MemberId] = member;
            answers.Add(new LeaveGroupResponse.MemberResponse
            {
                MemberId = identity.MemberId,
                GroupInstanceId = identity.GroupInstanceId,
                ErrorCode = error,
            });
        }

        var response = new LeaveGroupResponse { Members = answers.ToImmutable() };
        return leaving.Count == 0 ? Decision.Answer(response) : Remove(leaving.Values, response, now);
    }

    private ErrorCode CheckJoin(JoinGroupRequest request, string memberId, ConsumerGroupSettings settings)
    {
        if (settings.MigrationPolicy == MigrationPolicy.Disabled) return ErrorCode.InconsistentGroupProtocol;
        if (CheckRoom(memberId, settings) is { } full) return full.Code;
        return request.ProtocolType == EmbeddedProtocol.ProtocolType && request.Protocols.Any(offered => IsCommon(offered.Name))
            ? ErrorCode.None
            : ErrorCode.InconsistentGroupProtocol;
    }

    /// <summary>Whether all classic members offer the protocol; then they can become a classic group again.</summary>
    private bool IsCommon(string protocol) => State.Members.Values.All(member =>
        member.Subscription.Classic is not { } classic || classic.Protocols.Any(offered => offered.Name == protocol));

    private ErrorCode FindClassic(string memberId, string? instanceId, int generation, out ConsumerGroupMember? member)
    {
        member = instanceId is null ? State.Member(memberId) : State.StaticMember(instanceId);
        if (member is null) return ErrorCode.UnknownMemberId;
        if (member.MemberId != memberId) return ErrorCode.FencedInstanceId;
        if (!member.SpeaksClassic) return ErrorCode.UnknownMemberId;
        return generation == member.Assignment.Epoch ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }

    private ErrorCode FindLeaving(string memberId, string? instanceId, out ConsumerGroupMember? member)
    {
        member = instanceId is null ? State.Member(memberId) : State.StaticMember(instanceId);
        if (member is null) return ErrorCode.UnknownMemberId;
        return memberId.Length > 0 && member.MemberId != memberId ? ErrorCode.FencedInstanceId : ErrorCode.None;
    }

    private ErrorCode CheckSync(ConsumerGroupMember member, SyncGroupRequest request, DateTimeOffset now)
    {
        if (request.ProtocolType is not (null or EmbeddedProtocol.ProtocolType) ||
            (request.ProtocolName is { } name && name != member.Subscription.Classic!.Protocols[0].Name))
            return ErrorCode.InconsistentGroupProtocol;
        if (State.AssignmentEpoch <= member.Assignment.Epoch || member.Assignment.State == MemberState.UnrevokedPartitions)
            return ErrorCode.None;
        AwaitJoin(member, now);
        return ErrorCode.RebalanceInProgress;
    }

    /// <summary>There are newer targets, or a join is due to compute them; or the member has to give something up; or what it waits
    /// for is free.</summary>
    private bool IsToJoinAgain(ConsumerGroupMember member) =>
        member.Assignment.Epoch < State.AssignmentEpoch ||
        GroupProgress.IsTargetDue(State, context.SettingsOf(GroupId), context.Timestamp()) ||
        member.Assignment.State == MemberState.UnrevokedPartitions ||
        (member.Assignment.State == MemberState.UnreleasedPartitions && !State.TargetOf(member.MemberId).Partitions.Any(
            partition => !member.Assignment.Assigned.Contains(partition) && State.Owners.ContainsKey(partition)));

    private void AwaitJoin(ConsumerGroupMember member, DateTimeOffset now)
    {
        if (!_timers.IsArmed(MemberWait.Join, member.MemberId)) Await(MemberWait.Join, member, now);
    }

    private void Await(MemberWait wait, ConsumerGroupMember member, DateTimeOffset now) => _timers.Arm(
        wait, member.MemberId, now + member.Subscription.RebalanceTimeout, due => Expire(member.MemberId, due));

    /// <summary>Hands those who stay over to a classic group, which takes this one's place.</summary>
    private Decision<TResponse> BecomeClassic<TResponse>(
        ConsumerGroupState staying, bool rebalances, TResponse response, DateTimeOffset now)
        where TResponse : class
    {
        var decision = new DecisionDraft(now);
        decision.Write(ConsumerGroupRecords.NoGroup(GroupId, State));
        Close();
        context.BecomeClassic(
            GroupId,
            Downgrade.Record(staying, State.Epoch, context.Topics(), context.Timestamp()),
            staying.Members.ToDictionary(member => member.Key, member => member.Value.Subscription.Classic!.Protocols),
            rebalances,
            decision);
        return decision.Answer(response);
    }

    private static Decision<JoinGroupResponse> RefuseJoin(ErrorCode error, string memberId = "") =>
        Decision.Answer(Classic.ClassicAnswers.JoinRefused(memberId, error));
}
