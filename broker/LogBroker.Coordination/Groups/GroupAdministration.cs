using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Offsets;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups;

/// <summary>Listing, describing and deleting groups, and the expiry of what nobody needs any more.</summary>
/// <remarks>A part of <see cref="GroupsState"/>, pure as that is.</remarks>
public sealed class GroupAdministration
{
    private const short NotFoundIsAnErrorSince = 6;
    private const string Dead = "Dead";

    private readonly GroupsEnvironment _environment;
    private readonly GroupRegistry _groups;
    private readonly OffsetCommands _offsets;
    private readonly Deadlines _deadlines;
    private readonly Deadline _expiry;

    internal GroupAdministration(
        GroupsEnvironment environment, GroupRegistry groups, OffsetCommands offsets, Deadlines deadlines)
    {
        _environment = environment;
        _groups = groups;
        _offsets = offsets;
        _deadlines = deadlines;
        _expiry = new Deadline(OnExpiryDue);
    }

    /// <summary>The groups that pass the filters.</summary>
    /// <param name="states">Names of states in any case; empty = all.</param>
    /// <param name="types">Names of types in any case; empty = all.</param>
    public ImmutableArray<ListGroupsResponse.ListedGroup> List(ImmutableArray<string> states, ImmutableArray<string> types) =>
    [
        .. _groups.All.Where(group => Passes(states, group.StateName) && Passes(types, group.Type.ToString()))
            .Select(group => new ListGroupsResponse.ListedGroup
            {
                GroupId = group.GroupId,
                ProtocolType = group.ProtocolType,
                GroupState = group.StateName,
                GroupType = TypeName(group.Type),
            }),
    ];

    /// <summary>A group's state and members; of a classic group only, others are not found here.</summary>
    public DescribeGroupsResponse.DescribedGroup Describe(string groupId, short apiVersion)
    {
        if (_groups.TryFind(groupId, out ClassicGroup? group)) return Describe(group);
        bool isError = apiVersion >= NotFoundIsAnErrorSince;
        return new()
        {
            GroupId = groupId,
            GroupState = Dead,
            ErrorCode = isError ? ErrorCode.GroupIdNotFound : ErrorCode.None,
            ErrorMessage = isError ? WhyNotFound(groupId) : null,
        };
    }

    /// <summary>Deletes a group without members, with its offsets.</summary>
    public Decision<DeleteGroupsResponse.DeletableGroupResult> Delete(string groupId)
    {
        IGroup? group = _groups.Find(groupId);
        ErrorCode error = group?.CheckDelete() ?? ErrorCode.GroupIdNotFound;
        var result = new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = error };
        return error == ErrorCode.None
            ? Decision.Answer(result, Removal(group!)) with { MaySplit = true, IsOnlyRecords = true }
            : Decision.Answer(result);
    }

    internal void OnLoaded(DateTimeOffset now) => ScheduleExpiry(now);

    private static bool Passes(ImmutableArray<string> filter, string name) =>
        filter.IsEmpty || filter.Any(wanted => string.Equals(wanted, name, StringComparison.OrdinalIgnoreCase));

    private static string TypeName(GroupType type) => type switch
    {
        GroupType.Classic => "classic",
        GroupType.Consumer => "consumer",
        GroupType.Share => "share",
        _ => "streams",
    };

    private string WhyNotFound(string groupId) => _groups.Find(groupId) is null
        ? $"Group {groupId} not found."
        : $"Group {groupId} is not a classic group.";

    private static DescribeGroupsResponse.DescribedGroup Describe(ClassicGroup group)
    {
        bool isStable = group.Phase == ClassicGroupPhase.Stable;
        return new()
        {
            GroupId = group.GroupId,
            GroupState = group.StateName,
            ProtocolType = group.ProtocolType,
            ProtocolData = isStable ? group.Protocol ?? "" : "",
            Members =
            [
                .. group.Members.Select(member => new DescribeGroupsResponse.DescribedGroupMember
                {
                    MemberId = member.MemberId,
                    GroupInstanceId = member.GroupInstanceId,
                    ClientId = member.ClientId,
                    ClientHost = member.ClientHost,
                    MemberMetadata = isStable ? member.MetadataOf(group.Protocol) : default,
                    MemberAssignment = member.Assignment,
                }),
            ],
        };
    }

    private void ScheduleExpiry(DateTimeOffset now) =>
        _deadlines.Arm(_expiry, now + _environment.Settings().OffsetsRetentionCheckInterval);

    private Decision<Nothing> OnExpiryDue(DateTimeOffset now)
    {
        ScheduleExpiry(now);
        var records = ImmutableArray.CreateBuilder<CoordinatorRecord>();
        long retention = (long)_environment.Settings().OffsetsRetention.TotalMilliseconds;
        foreach (IGroup group in _groups.All)
        {
            if (AddExpired(group, retention, records) && group.IsEmpty) records.AddRange(group.Tombstones());
        }

        return Decision.Answer(Nothing.Instance, records.ToImmutable()) with { MaySplit = true };
    }

    /// <returns>Whether the group has no offsets left.</returns>
    private bool AddExpired(IGroup group, long retention, ImmutableArray<CoordinatorRecord>.Builder records)
    {
        if (_offsets.State.OfGroup(group.GroupId) is not { } topics) return true;
        bool isAllExpired = true;
        foreach (var (topic, partitions) in topics)
        {
            bool stays = group.IsSubscribedTo(topic);
            foreach (var (partition, offset) in partitions)
            {
                if (!stays && IsExpired(group, offset, retention)) records.Add(OffsetRecords.Tombstone(group.GroupId, topic, partition));
                else isAllExpired = false;
            }
        }

        return isAllExpired;
    }

    private bool IsExpired(IGroup group, in CommittedOffset offset, long retention)
    {
        if (group.RetentionStart(offset) is not { } start) return false;
        return offset.ExpireTimestamp != -1
            ? _environment.Timestamp >= offset.ExpireTimestamp
            : _environment.Timestamp - start >= retention;
    }

    private ImmutableArray<CoordinatorRecord> Removal(IGroup group) =>
        [.. _offsets.Tombstones(group.GroupId), .. group.Tombstones()];
}
