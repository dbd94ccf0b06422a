using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>A topic to create.</summary>
/// <param name="Name">Letters, digits, dots, underscores and dashes, at most 249.</param>
/// <param name="PartitionCount">How many partitions; null leaves it to the broker (<c>num.partitions</c>).</param>
/// <param name="ReplicationFactor">On how many brokers each is kept; null leaves it to the broker
/// (<c>default.replication.factor</c>).</param>
public sealed record NewTopic(string Name, int? PartitionCount = null, short? ReplicationFactor = null)
{
    /// <summary>Settings that differ from the broker's defaults, by Kafka's names.</summary>
    public ImmutableDictionary<string, string> Configs { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Which brokers keep which partition, in place of the counts; null leaves it to the broker.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? ReplicaAssignments { get; init; }
}

/// <summary>More partitions for a topic.</summary>
/// <param name="TotalCount">How many it is to have in all.</param>
/// <param name="ReplicaAssignments">Which brokers keep each partition that is new, in order; null leaves it to the broker.</param>
public sealed record NewPartitions(int TotalCount, IReadOnlyList<IReadOnlyList<int>>? ReplicaAssignments = null);

/// <summary>A topic that was created.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; empty from brokers that do not tell.</param>
/// <param name="PartitionCount">How many partitions it has; -1 when the broker does not tell.</param>
/// <param name="ReplicationFactor">On how many brokers each is kept; -1 when the broker does not tell.</param>
public sealed record CreatedTopic(string Name, Guid Id, int PartitionCount, short ReplicationFactor);

/// <summary>A topic among all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id.</param>
/// <param name="PartitionCount">How many partitions it has.</param>
/// <param name="IsInternal">Whether the cluster keeps it for itself, as <c>__consumer_offsets</c>.</param>
public sealed record TopicListing(string Name, Guid Id, int PartitionCount, bool IsInternal);

/// <summary>A topic with its partitions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsInternal">Whether the cluster keeps it for itself.</param>
/// <param name="Partitions">Its partitions, in order.</param>
public sealed record TopicDescription(string Name, Guid Id, bool IsInternal, ImmutableArray<PartitionDescription> Partitions)
{
    /// <summary>What the client's principal may do with it; null when the broker did not tell.</summary>
    public IReadOnlySet<AclOperation>? AllowedOperations { get; init; }
}

/// <summary>A partition and who keeps it.</summary>
/// <param name="Index">Its number.</param>
/// <param name="LeaderId">The broker that leads it; null when none does.</param>
/// <param name="LeaderEpoch">The leader's generation.</param>
/// <param name="Replicas">The brokers that keep it, the preferred leader first.</param>
/// <param name="InSyncReplicas">Those of them that have all acknowledged records.</param>
/// <param name="OfflineReplicas">Those that cannot serve it.</param>
public sealed record PartitionDescription(
    int Index,
    int? LeaderId,
    LeaderEpoch LeaderEpoch,
    ImmutableArray<int> Replicas,
    ImmutableArray<int> InSyncReplicas,
    ImmutableArray<int> OfflineReplicas)
{
    /// <summary>Those that have all acknowledged records though they are not in sync, and so may lead (KIP-966); null when the broker
    /// does not tell.</summary>
    public ImmutableArray<int>? EligibleLeaderReplicas { get; init; }

    /// <summary>Those that were eligible before they stopped uncleanly; null when the broker does not tell.</summary>
    public ImmutableArray<int>? LastKnownEligibleLeaderReplicas { get; init; }
}
