using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>The consumer group protocol (KIP-848): one heartbeat for joining, staying and leaving.</summary>
/// <remarks>A part of <see cref="GroupsState"/>, pure as that is.</remarks>
public sealed class ConsumerGroups
{
    private readonly GroupsEnvironment _environment;
    private readonly GroupRegistry _groups;
    private readonly ConsumerGroupContext _context;

    internal ConsumerGroups(GroupsEnvironment environment, GroupRegistry groups, ClassicGroups classic, Deadlines deadlines)
    {
        _environment = environment;
        _groups = groups;
        _context = new ConsumerGroupContext
        {
            Deadlines = deadlines,
            SettingsOf = environment.ConsumerSettings,
            Topics = environment.Topics,
            BecomeClassic = classic.Adopt,
            NewMemberId = environment.NewUuid,
            Timestamp = () => environment.Timestamp,
            RebalanceBegan = () => environment.RebalanceBegan(GroupType.Consumer),
        };
    }

    /// <summary>Joins a group, which is made if there is none; stays in it; leaves it.</summary>
    public Decision<ConsumerGroupHeartbeatResponse> Heartbeat(
        ConsumerGroupHeartbeatRequest request, RequestOrigin origin, DateTimeOffset now)
    {
        var settings = _environment.ConsumerSettings(request.GroupId);
        if (HeartbeatRules.Check(request, origin.ApiVersion, settings.Assignors) is { } invalid)
            return ConsumerGroup.Refuse(invalid);
        bool joins = request.MemberEpoch == MemberEpochs.Joining;
        switch (_groups.Find(request.GroupId))
        {
            case ConsumerGroup group:
                return group.Heartbeat(request, origin, now);
            case null when joins:
                return Begin([], request, origin, now);
            case ClassicGroup { IsEmpty: true } classic when joins:
                return Begin([.. classic.Tombstones()], request, origin, now);
            case ClassicGroup classic when joins:
                return BeginFrom(classic, settings, request, origin, now);
            case null:
                return ConsumerGroup.Refuse(NotFound(
                    $"{(request.MemberEpoch < 0 ? "Group" : "Consumer group")} {request.GroupId} not found."));
            default:
                return ConsumerGroup.Refuse(NotFound($"Group {request.GroupId} is not a consumer group."));
        }
    }

    /// <summary>A group's state and members; of a consumer group only, others are not found here.</summary>
    public ConsumerGroupDescribeResponse.DescribedGroup Describe(string groupId)
    {
        if (_groups.TryFind(groupId, out ConsumerGroup? group)) return group.Describe();
        return new()
        {
            GroupId = groupId,
            ErrorCode = ErrorCode.GroupIdNotFound,
            ErrorMessage = _groups.Find(groupId) is null
                ? $"Group {groupId} not found."
                : $"Group {groupId} is not a consumer group.",
        };
    }

    /// <returns>False when the record is none of a consumer group.</returns>
    internal bool TryReplay(CoordinatorRecord record)
    {
        if (GroupIdOf(record) is not { } groupId) return false;
        if (!_groups.TryFind(groupId, out ConsumerGroup? group))
        {
            if (record.Value is null) return true;
            Replace(group = new ConsumerGroup(groupId, _context));
        }

        group.Replay(record);
        if (record is { Key: ConsumerGroupMetadataKey, Value: null })
        {
            group.Close();
            _groups.Remove(groupId);
        }

        return true;
    }

    internal void OnLoaded(DateTimeOffset now)
    {
        foreach (var group in _groups.All.OfType<ConsumerGroup>()) group.OnLoaded(now);
    }

    /// <summary>Lets the first member into a new group.</summary>
    private Decision<ConsumerGroupHeartbeatResponse> Begin(
        ImmutableArray<CoordinatorRecord> before,
        ConsumerGroupHeartbeatRequest request,
        RequestOrigin origin,
        DateTimeOffset now)
    {
        var group = new ConsumerGroup(request.GroupId, _context);
        var decision = group.Heartbeat(request, origin, now);
        if (decision.Response!.ErrorCode != ErrorCode.None) return decision;
        Replace(group);
        return decision with { Records = [.. before, .. decision.Records], IsOnlyRecords = false };
    }

    /// <summary>Lets the first member into a classic group that speaks the new protocol; those who are waiting in the old one are
    /// told to join anew.</summary>
    private Decision<ConsumerGroupHeartbeatResponse> BeginFrom(
        ClassicGroup classic,
        ConsumerGroupSettings settings,
        ConsumerGroupHeartbeatRequest request,
        RequestOrigin origin,
        DateTimeOffset now)
    {
        if (Upgrade.Plan(classic, settings, _context.Topics(), out var records) is { } refused) return ConsumerGroup.Refuse(refused);
        var group = new ConsumerGroup(request.GroupId, _context);
        foreach (var record in records) group.Replay(record);
        group.OnLoaded(now);
        var decision = group.Heartbeat(request, origin, now);
        if (decision.Response!.ErrorCode != ErrorCode.None)
        {
            group.Close();
            return decision;
        }

        var draft = new DecisionDraft(now);
        draft.Write(classic.Tombstones());
        draft.Write(records);
        draft.Write(decision.Records);
        ClassicGroups.GiveUp(classic, draft);
        Replace(group);
        return draft.Answer(decision.Response);
    }

    private void Replace(ConsumerGroup group)
    {
        if (_groups.TryFind(group.GroupId, out ClassicGroup? classic)) classic.DisarmAll();
        _groups.Set(group);
    }

    private static GroupError NotFound(string message) => new(ErrorCode.GroupIdNotFound, message);

    private static string? GroupIdOf(CoordinatorRecord record) => record.Key switch
    {
        ConsumerGroupMetadataKey key => key.GroupId,
        ConsumerGroupPartitionMetadataKey key => key.GroupId,
        ConsumerGroupMemberMetadataKey key => key.GroupId,
        ConsumerGroupTargetAssignmentMetadataKey key => key.GroupId,
        ConsumerGroupTargetAssignmentMemberKey key => key.GroupId,
        ConsumerGroupCurrentMemberAssignmentKey key => key.GroupId,
        ConsumerGroupRegularExpressionKey key => key.GroupId,
        _ => null,
    };
}
