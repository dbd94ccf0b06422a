using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>ConsumerGroupHeartbeat: joining, staying, leaving.</summary>
internal sealed partial class ConsumerGroup
{
    /// <summary>Decides about a heartbeat whose form was checked (<see cref="HeartbeatRules"/>).</summary>
    public Decision<ConsumerGroupHeartbeatResponse> Heartbeat(
        ConsumerGroupHeartbeatRequest request, RequestOrigin origin, DateTimeOffset now) =>
        request.MemberEpoch is MemberEpochs.Left or MemberEpochs.LeftForNow
            ? Leave(request, now)
            : Advance(request, origin, now);

    private Decision<ConsumerGroupHeartbeatResponse> Advance(
        ConsumerGroupHeartbeatRequest request, RequestOrigin origin, DateTimeOffset now)
    {
        var settings = context.SettingsOf(GroupId);
        if (CheckRoom(request.MemberId, settings) is { } full) return Refuse(full);
        var draft = new ConsumerGroupDraft(GroupId, State);
        var owned = OwnedBy(request);
        var identity = new MemberIdentity(
            request.MemberId.Length > 0 ? request.MemberId : context.NewMemberId(),
            request.InstanceId,
            request.MemberEpoch,
            Joins: request.MemberEpoch == MemberEpochs.Joining,
            SpeaksClassic: false,
            owned);
        if (Admission.Find(draft, identity, out var before) is { } refused) return Refuse(refused);
        var topics = context.Topics();
        long timestamp = context.Timestamp();

        var member = draft.Write(before!, before!.Subscription.UpdatedBy(request, origin));
        if (RegexSubscriptions.Follow(draft, before.Subscription, member.Subscription, topics, timestamp) is { } invalid)
            return Refuse(invalid);
        bool hasSubscriptionChanged = !member.Subscription.SubscribesLike(before.Subscription);
        bool bringsTopics = RegexSubscriptions.ChangeTopics(State, draft.State, before.Subscription, member.Subscription);
        FollowTopics(draft, bringsTopics, topics, timestamp);
        GroupProgress.RenewTargets(draft, settings, topics, timestamp);
        var reconciled = GroupProgress.Reconcile(draft, member, owned, hasSubscriptionChanged, topics);
        if (reconciled is null) return Refuse(UnknownState);

        if (before.SpeaksClassic) _timers.Disarm(before.MemberId);
        Wait(member, reconciled, now);
        bool isFull = request.RebalanceTimeoutMs != -1 && owned is not null &&
                      (request.SubscribedTopicNames is not null || request.SubscribedTopicRegex is not null);
        bool tellsAssignment = identity.Joins || isFull || !reconciled.Assignment.Assigned.Equals(before.Assignment.Assigned);
        // Only what has been written is taken for seen: a refused decision is made again.
        _topicsSeen = draft.Records.IsEmpty ? topics.Version : null;
        return Decision.Answer(Answer(reconciled, settings, tellsAssignment), draft.Records) with { IsOnlyRecords = true };
    }

    /// <summary>A new epoch where the member's subscription or the topics are not what they were.</summary>
    private void FollowTopics(ConsumerGroupDraft draft, bool hasSubscriptionChanged, Topics.ITopicView topics, long timestamp)
    {
        if (!hasSubscriptionChanged && _topicsSeen == topics.Version) return;
        if (_topicsSeen != topics.Version) RegexSubscriptions.Refresh(draft, topics, timestamp);
        if (GroupProgress.RenewEpoch(draft, hasSubscriptionChanged, topics)) context.RebalanceBegan();
    }

    private void Wait(ConsumerGroupMember before, ConsumerGroupMember member, DateTimeOffset now)
    {
        AwaitHeartbeat(member, now);
        if (before.Assignment == member.Assignment) return;
        if (member.Assignment.State == MemberState.UnrevokedPartitions) AwaitRevocation(member, now);
        else _timers.Disarm(MemberWait.Revocation, member.MemberId);
    }

    private Decision<ConsumerGroupHeartbeatResponse> Leave(ConsumerGroupHeartbeatRequest request, DateTimeOffset now)
    {
        var member = request.InstanceId is null ? State.Member(request.MemberId) : State.StaticMember(request.InstanceId);
        if (member is null)
        {
            return Refuse(request.InstanceId is null
                ? Admission.UnknownMember(GroupId, request.MemberId)
                : Admission.UnknownInstance(request.InstanceId));
        }

        if (request.InstanceId is { } instanceId &&
            Admission.CheckInstance(member, request.MemberId, instanceId) is { } fenced) return Refuse(fenced);
        var response = new ConsumerGroupHeartbeatResponse { MemberId = request.MemberId, MemberEpoch = request.MemberEpoch };
        return request.InstanceId is not null && request.MemberEpoch == MemberEpochs.LeftForNow
            ? Decision.Answer(response, [SetAside(member)]) with { IsOnlyRecords = true }
            : Remove([member], response, now);
    }

    /// <summary>A static member that leaves for a while keeps what it owns until its session ends.</summary>
    private CoordinatorRecord SetAside(ConsumerGroupMember member) =>
        ConsumerGroupRecords.Assigned(GroupId, member.MemberId, member.Assignment with
        {
            Epoch = MemberEpochs.LeftForNow,
            Assigned = member.Assignment.Assigned.AtEpochZero(),
            PendingRevocation = OwnedPartitions.None,
        });

    private GroupError? CheckRoom(string memberId, ConsumerGroupSettings settings) =>
        State.Members.Count < settings.SizeMax || State.Members.ContainsKey(memberId)
            ? null
            : new GroupError(
                ErrorCode.GroupMaxSizeReached,
                $"The consumer group has reached its maximum capacity of {settings.SizeMax} members.");

    private static readonly GroupError UnknownState = new(
        ErrorCode.FencedMemberEpoch,
        "The consumer group member is in a unknown state. The member must abandon all its partitions and rejoin.");

    private static ConsumerGroupHeartbeatResponse Answer(
        ConsumerGroupMember member, ConsumerGroupSettings settings, bool tellsAssignment) => new()
        {
            MemberId = member.MemberId,
            MemberEpoch = member.Assignment.Epoch,
            HeartbeatIntervalMs = (int)settings.HeartbeatInterval.TotalMilliseconds,
            Assignment = tellsAssignment
            ? new ConsumerGroupHeartbeatResponse.AssignmentData
            {
                TopicPartitions =
                [
                    .. member.Assignment.Assigned.ToAssignment().Topics.Select(
                        topic => new ConsumerGroupHeartbeatResponse.TopicPartitions
                        {
                            TopicId = topic.TopicId,
                            Partitions = topic.Partitions,
                        }),
                ],
            }
            : null,
        };

    public static Decision<ConsumerGroupHeartbeatResponse> Refuse(GroupError error) =>
        Decision.Answer(new ConsumerGroupHeartbeatResponse { ErrorCode = error.Code, ErrorMessage = error.Message });
}
