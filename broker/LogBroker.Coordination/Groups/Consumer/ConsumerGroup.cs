using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Offsets;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>A group of the consumer group protocol (KIP-848): the broker decides who owns what, and brings members there one by
/// one through their heartbeats.</summary>
/// <remarks>Owned by <see cref="GroupRegistry"/>, guarded by its shard's lock. What survives a restart is <see cref="State"/>,
/// changed by <see cref="Replay"/> alone; timers and the version of the topics last looked at are soft. A group whose records
/// could not be written is dropped with its shard and replayed.</remarks>
internal sealed partial class ConsumerGroup(string groupId, ConsumerGroupContext context) : IGroup
{
    private readonly MemberTimers _timers = new(context.Deadlines);
    private long? _topicsSeen;

    public ConsumerGroupState State { get; private set; } = ConsumerGroupState.Empty;

    public string GroupId => groupId;

    public GroupType Type => GroupType.Consumer;

    public string ProtocolType => "consumer";

    public string StateName => this switch
    {
        { IsEmpty: true } => "Empty",
        { State: var state } when state.Epoch > state.AssignmentEpoch => "Assigning",
        { State: var state } when state.Members.Values.All(
            member => member.Assignment.IsReconciledTo(state.AssignmentEpoch)) => "Stable",
        _ => "Reconciling",
    };

    public bool IsEmpty => State.Members.IsEmpty;

    public void Replay(CoordinatorRecord record) => State = State.Apply(record);

    /// <summary>Called once after a restart, when all is replayed: every member gets its time anew.</summary>
    public void OnLoaded(DateTimeOffset now)
    {
        foreach (var member in State.Members.Values)
        {
            AwaitHeartbeat(member, now);
            if (member.Assignment.State == MemberState.UnrevokedPartitions && !member.SpeaksClassic)
                AwaitRevocation(member, now);
        }
    }

    /// <summary>Called when the group is gone or another kind of group takes its place.</summary>
    public void Close() => _timers.DisarmAll();

    public bool IsSubscribedTo(string topic) =>
        State.Members.Values.Any(member => SubscribedTopics.Includes(member.Subscription, State, topic));

    public ErrorCode CheckOffsetDelete() => ErrorCode.None;

    public ErrorCode CheckDelete() => IsEmpty ? ErrorCode.None : ErrorCode.NonEmptyGroup;

    /// <summary>Only heartbeats are signs of life.</summary>
    public void OnCommit(in Committer committer, DateTimeOffset now)
    {
    }

    public long? RetentionStart(in CommittedOffset offset) => IsEmpty ? offset.CommitTimestamp : null;

    public IEnumerable<CoordinatorRecord> Tombstones() => ConsumerGroupRecords.NoGroup(GroupId, State);

    /// <summary>Takes members out of the group: they left, or were waited for in vain. Their deadlines stay armed, in case the
    /// records cannot be written; for somebody who is gone they mean nothing.</summary>
    private Decision<TResponse> Remove<TResponse>(
        IReadOnlyCollection<ConsumerGroupMember> members, TResponse response, DateTimeOffset now)
        where TResponse : class
    {
        var draft = new ConsumerGroupDraft(GroupId, State);
        foreach (var member in members)
        {
            draft.Write(ConsumerGroupRecords.NoMember(GroupId, member.MemberId));
        }

        if (Downgrade.IsDue(draft.State, context.SettingsOf(GroupId)))
            return BecomeClassic(draft.State, rebalances: true, response, now);
        RegexSubscriptions.ForgetUnused(draft, members.Select(member => member.Subscription.TopicRegex));
        if (GroupProgress.RenewEpoch(draft, hasChanged: true, context.Topics())) context.RebalanceBegan();
        return Decision.Answer(response, draft.Records) with { IsOnlyRecords = true };
    }

    private void AwaitHeartbeat(ConsumerGroupMember member, DateTimeOffset now)
    {
        var timeout = member.Subscription.Classic?.SessionTimeout ?? context.SettingsOf(GroupId).SessionTimeout;
        _timers.Arm(MemberWait.Heartbeat, member.MemberId, now + timeout, due => Expire(member.MemberId, due));
    }

    private void AwaitRevocation(ConsumerGroupMember member, DateTimeOffset now)
    {
        int epoch = member.Assignment.Epoch;
        _timers.Arm(MemberWait.Revocation, member.MemberId, now + member.Subscription.RebalanceTimeout, due =>
            State.Member(member.MemberId)?.Assignment.Epoch == epoch ? Expire(member.MemberId, due) : default);
    }

    private Decision<Nothing> Expire(string memberId, DateTimeOffset now)
    {
        if (State.Member(memberId) is not { } member) return default;
        AwaitHeartbeat(member, now);
        return Remove([member], Nothing.Instance, now);
    }

    private static HashSet<TopicIdPartition>? OwnedBy(ConsumerGroupHeartbeatRequest request) => request.TopicPartitions is { } owned
        ? [.. owned.SelectMany(topic => topic.Partitions.Select(partition => new TopicIdPartition(topic.TopicId, partition)))]
        : null;
}
