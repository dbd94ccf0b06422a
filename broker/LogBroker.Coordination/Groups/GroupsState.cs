using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Offsets;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Coordination.Groups;

/// <summary>All that one partition of <c>__consumer_offsets</c> tells: groups of all kinds and their offsets.</summary>
/// <remarks>Here the kinds meet: one registry of groups, one queue of deadlines, one stream of records. The commands are in the
/// parts.</remarks>
public sealed class GroupsState : ICoordinatorState
{
    /// <summary>All the types of records that are understood.</summary>
    public static readonly CoordinatorRecordCodec Codec = new CoordinatorRecordCodec()
        .With<OffsetCommitKey, OffsetCommitValue>(OffsetCommitKey.RecordType)
        .With<LegacyOffsetCommitKey, LegacyOffsetCommitValue>(LegacyOffsetCommitKey.RecordType)
        .With<GroupMetadataKey, GroupMetadataValue>(GroupMetadataKey.RecordType)
        .WithConsumerGroups();

    private readonly Deadlines _deadlines = new();

    public GroupsState(GroupsEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Classic = new ClassicGroups(environment, Groups, _deadlines);
        Consumer = new ConsumerGroups(environment, Groups, Classic, _deadlines);
        Offsets = new OffsetCommands(environment, Groups, Classic);
        Administration = new GroupAdministration(environment, Groups, Offsets, _deadlines);
    }

    public GroupRegistry Groups { get; } = new();

    public ClassicGroups Classic { get; }

    public ConsumerGroups Consumer { get; }

    public OffsetCommands Offsets { get; }

    public GroupAdministration Administration { get; }

    public DateTimeOffset? NextDeadline => _deadlines.Next;

    /// <summary>Joins a group by the classic protocol, of whatever kind the group is.</summary>
    public Decision<JoinGroupResponse> Join(JoinGroupRequest request, RequestOrigin origin, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!Groups.TryFind(request.GroupId, out ConsumerGroup? group)) return Classic.Join(request, origin, now);
        if (!group.IsEmpty) return group.Join(request, origin, now);
        if (request.MemberId.Length > 0)
            return Decision.Answer(ClassicAnswers.JoinRefused(request.MemberId, ErrorCode.UnknownMemberId));
        // Nobody is left who speaks the new protocol: the group begins anew, with its offsets.
        CoordinatorRecord[] tombstones = [.. group.Tombstones()];
        group.Close();
        Groups.Remove(request.GroupId);
        Decision<JoinGroupResponse> decision = Classic.Join(request, origin, now);
        return decision with { Records = [.. tombstones, .. decision.Records] };
    }

    /// <inheritdoc cref="ClassicGroups.Sync"/>
    public Decision<SyncGroupResponse> Sync(SyncGroupRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Groups.TryFind(request.GroupId, out ConsumerGroup? group) ? group.Sync(request, now) : Classic.Sync(request, now);
    }

    /// <inheritdoc cref="ClassicGroups.Heartbeat"/>
    public Decision<HeartbeatResponse> Heartbeat(HeartbeatRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Groups.TryFind(request.GroupId, out ConsumerGroup? group)
            ? group.Heartbeat(request, now)
            : Classic.Heartbeat(request, now);
    }

    /// <inheritdoc cref="ClassicGroups.Leave(LeaveGroupRequest, DateTimeOffset)"/>
    public Decision<LeaveGroupResponse> Leave(LeaveGroupRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Groups.TryFind(request.GroupId, out ConsumerGroup? group) ? group.Leave(request, now) : Classic.Leave(request, now);
    }

    public void Replay(CoordinatorRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        switch (record.Key)
        {
            case OffsetCommitKey key:
                Offsets.Replay(key, (OffsetCommitValue?)record.Value, record.ValueVersion);
                break;
            case GroupMetadataKey key:
                Classic.Replay(key, (GroupMetadataValue?)record.Value);
                break;
            default:
                Consumer.TryReplay(record);
                break;
        }
    }

    public bool TryReplay(short type, ReadOnlySpan<byte> key, NullableBytes value) =>
        type is OffsetCommitKey.RecordType or LegacyOffsetCommitKey.RecordType && Offsets.TryReplay(key, value);

    public Decision<Nothing> OnLoaded(DateTimeOffset now)
    {
        var draft = new DecisionDraft(now);
        Classic.OnLoaded(draft);
        Consumer.OnLoaded(now);
        Administration.OnLoaded(now);
        return draft.Done();
    }

    public Decision<Nothing>? Tick(DateTimeOffset now) => _deadlines.TakeDue(now)?.Decide(now);
}
