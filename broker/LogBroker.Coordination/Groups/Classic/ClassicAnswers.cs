using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Classic;

/// <summary>The answers that members of classic groups get.</summary>
internal static class ClassicAnswers
{
    /// <summary>The generation as it stands; only the leader is told who is in it.</summary>
    public static JoinGroupResponse Joined(ClassicGroup group, ClassicMember member) => new()
    {
        MemberId = member.MemberId,
        GenerationId = group.Generation,
        ProtocolType = group.ProtocolTypeOrNull,
        ProtocolName = group.Protocol,
        Leader = group.LeaderId ?? "",
        Members = group.IsLeader(member.MemberId) ? Members(group) : [],
    };

    public static JoinGroupResponse JoinRefused(string memberId, ErrorCode error) =>
        new() { MemberId = memberId, ErrorCode = error, ProtocolName = null };

    public static SyncGroupResponse SyncRefused(ErrorCode error) => new() { ErrorCode = error };

    public static SyncGroupResponse Synced(ClassicGroup group, ReadOnlyMemory<byte> assignment) => new()
    {
        ProtocolType = group.ProtocolTypeOrNull,
        ProtocolName = group.Protocol,
        Assignment = assignment,
    };

    public static System.Collections.Immutable.ImmutableArray<JoinGroupResponse.JoinGroupResponseMember> Members(
        ClassicGroup group) =>
    [
        .. group.Members.Select(member => new JoinGroupResponse.JoinGroupResponseMember
        {
            MemberId = member.MemberId,
            GroupInstanceId = member.GroupInstanceId,
            Metadata = member.MetadataOf(group.Protocol),
        }),
    ];
}
