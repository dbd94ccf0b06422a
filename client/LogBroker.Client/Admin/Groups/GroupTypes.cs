using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>Which protocol a group follows.</summary>
public enum GroupType
{
    /// <summary>One this client does not know, or the broker does not tell.</summary>
    Unknown,

    /// <summary>JoinGroup and SyncGroup.</summary>
    Classic,

    /// <summary>The broker hands out partitions (KIP-848).</summary>
    Consumer,

    /// <summary>Records are handed out one by one (KIP-932).</summary>
    Share,

    /// <summary>Stream processing (KIP-1071).</summary>
    Streams,
}

/// <summary>What a group is doing.</summary>
public enum GroupState
{
    /// <summary>Something this client does not know.</summary>
    Unknown,

    /// <summary>Classic: it waits for its members to join again.</summary>
    PreparingRebalance,

    /// <summary>Classic: it waits for the assignment.</summary>
    CompletingRebalance,

    /// <summary>Every member has its partitions.</summary>
    Stable,

    /// <summary>It is being deleted, or is not there.</summary>
    Dead,

    /// <summary>It has no members; its offsets stay for a while.</summary>
    Empty,

    /// <summary>The broker works out who gets what.</summary>
    Assigning,

    /// <summary>Members give up partitions and take others.</summary>
    Reconciling,

    /// <summary>Streams: something it needs is missing.</summary>
    NotReady,
}

/// <summary>A group among all.</summary>
/// <param name="GroupId">Its id.</param>
/// <param name="Type">Its protocol.</param>
/// <param name="State">What it is doing.</param>
/// <param name="ProtocolType">Who uses it: <c>consumer</c> for consumers; empty for a classic group that only holds
/// offsets.</param>
public sealed record GroupListing(string GroupId, GroupType Type, GroupState State, string ProtocolType);

/// <summary>A group with its members.</summary>
/// <param name="GroupId">Its id.</param>
/// <param name="Type">Its protocol.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Assignor">Who works out the assignment: an assignor's name.</param>
/// <param name="CoordinatorId">The broker that coordinates it.</param>
/// <param name="Members">Its members.</param>
public sealed record GroupDescription(
    string GroupId, GroupType Type, GroupState State, string Assignor, int CoordinatorId, ImmutableArray<GroupMemberDescription> Members)
{
    /// <summary>Who uses it; <c>consumer</c> for consumers.</summary>
    public string ProtocolType { get; init; } = "consumer";

    /// <summary>The group's generation; null for a classic group.</summary>
    public int? GroupEpoch { get; init; }

    /// <summary>The generation its target assignment was worked out for; null for a classic group.</summary>
    public int? AssignmentEpoch { get; init; }

    /// <summary>What the client's principal may do with it; null when it was not asked for.</summary>
    public IReadOnlySet<AclOperation>? AllowedOperations { get; init; }
}

/// <summary>A member of a group.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="ClientId">What its client calls itself.</param>
/// <param name="ClientHost">Where it connects from.</param>
/// <param name="Assignment">The partitions it has.</param>
public sealed record GroupMemberDescription(string MemberId, string ClientId, string ClientHost, ImmutableArray<TopicPartition> Assignment)
{
    /// <summary>The name it keeps over restarts, if it has one (KIP-345).</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>The rack it stands in, if told.</summary>
    public string? RackId { get; init; }

    /// <summary>Its generation; null in a classic group.</summary>
    public int? MemberEpoch { get; init; }

    /// <summary>The partitions it is to have; null in a classic group.</summary>
    public ImmutableArray<TopicPartition>? TargetAssignment { get; init; }

    /// <summary>The topics it asked for.</summary>
    public ImmutableArray<string> SubscribedTopics { get; init; } = [];

    /// <summary>The pattern it asked for, if any.</summary>
    public string? SubscribedPattern { get; init; }
}

/// <summary>Where a share group reads a partition (KIP-932).</summary>
/// <param name="StartOffset">The first record that is not done; records behind it may be done all the same.</param>
/// <param name="Lag">How many records are not done, from there to the end; null where the broker does not tell (before KIP-1226).</param>
public readonly record struct ShareGroupOffset(Offset StartOffset, long? Lag);
