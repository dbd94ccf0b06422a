using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>What the leader of a classic group knows of a member when it hands out partitions.</summary>
internal sealed record GroupMember
{
    public required string MemberId { get; init; }

    /// <summary>The name that outlives restarts (<c>group.instance.id</c>); null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    public required ImmutableArray<string> Topics { get; init; }

    /// <summary>What it had when it joined, as far as it said.</summary>
    public ImmutableArray<TopicPartition> Owned { get; init; } = [];

    /// <summary>The generation in which it had <see cref="Owned"/>; -1 when it did not say.</summary>
    public int Generation { get; init; } = -1;

    /// <summary>What orders members: instance ids first, so that a restart changes nothing.</summary>
    public static int Compare(GroupMember left, GroupMember right) => (left.InstanceId, right.InstanceId) switch
    {
        (not null, null) => -1,
        (null, not null) => 1,
        (not null, not null) => string.CompareOrdinal(left.InstanceId, right.InstanceId),
        _ => string.CompareOrdinal(left.MemberId, right.MemberId),
    };
}
