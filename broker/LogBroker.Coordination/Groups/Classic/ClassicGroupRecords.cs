using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Classic;

/// <summary>The records in which a classic group is kept.</summary>
internal static class ClassicGroupRecords
{
    /// <summary>What Kafka 4.3 writes.</summary>
    private const short ValueVersion = 3;

    private static readonly Func<ClassicMember, ReadOnlyMemory<byte>> Current = member => member.Assignment;

    /// <summary>The group as it stands.</summary>
    /// <param name="group">Its generation, protocol and leader are written.</param>
    /// <param name="assignmentOf">What each member is given; null = what it has.</param>
    public static CoordinatorRecord Of(ClassicGroup group, Func<ClassicMember, ReadOnlyMemory<byte>>? assignmentOf = null)
    {
        assignmentOf ??= Current;
        return Record(group, new GroupMetadataValue
        {
            ProtocolType = group.ProtocolType,
            Generation = group.Generation,
            Protocol = group.Protocol,
            Leader = group.LeaderId,
            CurrentStateTimestamp = group.PhaseTimestamp ?? -1,
            Members =
            [
                .. group.Members.Select(member => new GroupMetadataValue.MemberMetadata
                {
                    MemberId = member.MemberId,
                    GroupInstanceId = member.GroupInstanceId,
                    ClientId = member.ClientId,
                    ClientHost = member.ClientHost,
                    RebalanceTimeout = (int)member.RebalanceTimeout.TotalMilliseconds,
                    SessionTimeout = (int)member.SessionTimeout.TotalMilliseconds,
                    Subscription = member.MetadataOf(group.Protocol),
                    Assignment = assignmentOf(member),
                }),
            ],
        });
    }

    /// <summary>A group that was made just now and has had no generation.</summary>
    public static CoordinatorRecord OfNew(ClassicGroup group) => Record(group, new GroupMetadataValue
    {
        ProtocolType = "",
        CurrentStateTimestamp = group.PhaseTimestamp ?? -1,
        Protocol = null,
        Leader = null,
    });

    public static CoordinatorRecord Tombstone(string groupId) =>
        CoordinatorRecord.Tombstone(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = groupId });

    private static CoordinatorRecord Record(ClassicGroup group, GroupMetadataValue value) =>
        new(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = group.GroupId }, value, ValueVersion);
}
