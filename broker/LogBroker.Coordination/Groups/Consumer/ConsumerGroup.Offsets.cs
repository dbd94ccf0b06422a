using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Who may commit and fetch offsets: members by their epoch.</summary>
internal sealed partial class ConsumerGroup
{
    private const short CommitsWithEpochSince = 9;

    public ErrorCode CheckCommit(in Committer committer)
    {
        if (IsUnbound(committer)) return ErrorCode.None;
        if (State.Member(committer.MemberId) is not { } member) return ErrorCode.UnknownMemberId;
        if (!committer.IsTransactional && !member.SpeaksClassic && committer.ApiVersion < CommitsWithEpochSince)
            return ErrorCode.UnsupportedVersion;
        return committer.GenerationOrEpoch > member.Assignment.Epoch ? Stale(member) : ErrorCode.None;
    }

    /// <summary>A member that is an epoch or more behind may still commit for what it has owned all the while.</summary>
    public ErrorCode CheckCommit(in Committer committer, TopicIdPartition partition)
    {
        if (IsUnbound(committer)) return ErrorCode.None;
        if (State.Member(committer.MemberId) is not { } member) return ErrorCode.UnknownMemberId;
        if (committer.GenerationOrEpoch == member.Assignment.Epoch) return ErrorCode.None;
        var given = member.Assignment.Assigned.EpochOf(partition) ?? member.Assignment.PendingRevocation.EpochOf(partition);
        return committer.GenerationOrEpoch >= given ? ErrorCode.None : Stale(member);
    }

    public ErrorCode CheckFetch(string? memberId, int memberEpoch)
    {
        if (memberId is null && memberEpoch < 0) return ErrorCode.None;
        if (State.Member(memberId ?? "") is not { } member) return ErrorCode.UnknownMemberId;
        return memberEpoch == member.Assignment.Epoch ? ErrorCode.None : Stale(member);
    }

    /// <summary>A commit by nobody in particular: from outside while there are no members, or in a transaction of old.</summary>
    private bool IsUnbound(in Committer committer) =>
        (committer.GenerationOrEpoch < 0 && IsEmpty) ||
        (committer.IsTransactional && committer.GenerationOrEpoch == -1 && committer.MemberId.Length == 0 &&
         committer.GroupInstanceId is null);

    private static ErrorCode Stale(ConsumerGroupMember member) =>
        member.SpeaksClassic ? ErrorCode.IllegalGeneration : ErrorCode.StaleMemberEpoch;
}
