using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Offsets;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Groups;

/// <summary>What all kinds of groups have in common: they are listed, deleted, and offsets are committed for them.</summary>
/// <remarks>Owned by <see cref="GroupRegistry"/>.</remarks>
public interface IGroup
{
    string GroupId { get; }

    GroupType Type { get; }

    /// <summary>Its state as DescribeGroups and ListGroups call it: "Stable".</summary>
    string StateName { get; }

    /// <summary>"consumer" for consumers; "" while there is none.</summary>
    string ProtocolType { get; }

    /// <summary>Whether it has no members.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether a member reads the topic, or may read it for all that is known: then its offsets stay.</summary>
    bool IsSubscribedTo(string topic);

    /// <summary>Whether a commit comes from a member that may commit, or needs none.</summary>
    ErrorCode CheckCommit(in Committer committer);

    /// <summary>Whether a committer that may commit may do so for this partition.</summary>
    ErrorCode CheckCommit(in Committer committer, TopicIdPartition partition) => ErrorCode.None;

    /// <summary>Whether whoever fetches offsets may: a member by its epoch (KIP-848), or anybody.</summary>
    /// <param name="memberId">Null or "" for nobody in particular.</param>
    /// <param name="memberEpoch">-1 for nobody in particular.</param>
    ErrorCode CheckFetch(string? memberId, int memberEpoch);

    /// <summary>Whether offsets may be deleted now; topics that are subscribed to are for the caller to refuse.</summary>
    ErrorCode CheckOffsetDelete();

    /// <summary>Whether the group may be deleted now.</summary>
    ErrorCode CheckDelete();

    /// <summary>Called when a commit was accepted: for classic members that is a sign of life.</summary>
    void OnCommit(in Committer committer, DateTimeOffset now);

    /// <summary>Since when the retention of an offset counts, in milliseconds since the Unix epoch; null: it does not
    /// expire now.</summary>
    long? RetentionStart(in CommittedOffset offset);

    /// <summary>The records that remove the group; its offsets not among them.</summary>
    IEnumerable<CoordinatorRecord> Tombstones();
}
