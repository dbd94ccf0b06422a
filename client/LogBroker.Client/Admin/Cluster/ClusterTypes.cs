using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>A cluster and its brokers.</summary>
/// <param name="ClusterId">Its id.</param>
/// <param name="ControllerId">The broker administrative requests go to; null when none is told.</param>
/// <param name="Brokers">Its brokers, by id.</param>
public sealed record ClusterDescription(string ClusterId, int? ControllerId, ImmutableArray<BrokerNode> Brokers)
{
    /// <summary>What the client's principal may do with the cluster; null when it was not asked for.</summary>
    public IReadOnlySet<AclOperation>? AllowedOperations { get; init; }
}

/// <summary>A feature all brokers agree on (KIP-584).</summary>
/// <param name="Name">Its name, such as <c>metadata.version</c>.</param>
/// <param name="SupportedMin">The lowest level the broker can do.</param>
/// <param name="SupportedMax">The highest level the broker can do.</param>
/// <param name="FinalizedLevel">The level the cluster has agreed on; null when it has not.</param>
public sealed record FeatureDescription(string Name, short SupportedMin, short SupportedMax, short? FinalizedLevel);

/// <summary>What one broker offers.</summary>
/// <param name="Apis">The versions of each API, those this client does not know too.</param>
/// <param name="Features">The features by name: what the broker can do, and what it says the cluster has agreed on.</param>
public sealed record BrokerVersions(IReadOnlyDictionary<ApiKey, VersionRange> Apis, IReadOnlyDictionary<string, FeatureDescription> Features);

/// <summary>Which way a feature's level may go.</summary>
public enum FeatureUpdateType
{
    /// <summary>Only up.</summary>
    Upgrade = 1,

    /// <summary>Down, if nothing is lost by it.</summary>
    SafeDowngrade = 2,

    /// <summary>Down, whatever is lost by it.</summary>
    UnsafeDowngrade = 3,
}

/// <summary>A feature's new level.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="Level">The level; 0 switches it off.</param>
/// <param name="Type">Which way it may go.</param>
public sealed record FeatureUpdate(string Feature, short Level, FeatureUpdateType Type = FeatureUpdateType.Upgrade);

/// <summary>The controllers and how far each has followed (KIP-595).</summary>
/// <param name="LeaderId">The one that leads.</param>
/// <param name="LeaderEpoch">Its generation.</param>
/// <param name="HighWatermark">Up to where most voters have the log.</param>
/// <param name="Voters">Those that vote.</param>
/// <param name="Observers">Those that only follow.</param>
public sealed record QuorumDescription(
    int LeaderId,
    LeaderEpoch LeaderEpoch,
    Offset HighWatermark,
    ImmutableArray<QuorumReplica> Voters,
    ImmutableArray<QuorumReplica> Observers)
{
    /// <summary>Where controllers reach each other, by id; empty when the broker does not tell.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<RaftListener>> Nodes { get; init; } =
        new Dictionary<int, IReadOnlyList<RaftListener>>();
}

/// <summary>Where controllers reach one of them.</summary>
/// <param name="Name">The listener's name.</param>
/// <param name="Host">The host.</param>
/// <param name="Port">The port.</param>
public sealed record RaftListener(string Name, string Host, int Port);

/// <summary>One that follows the controllers' log.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogEndOffset">Up to where it has it.</param>
/// <param name="LastFetch">When it fetched last; null when it is not known.</param>
/// <param name="LastCaughtUp">When it had all of it last; null when it is not known.</param>
public sealed record QuorumReplica(int Id, Offset LogEndOffset, DateTimeOffset? LastFetch, DateTimeOffset? LastCaughtUp)
{
    /// <summary>The id of its log's directory; empty when it is not known (KIP-853).</summary>
    public Guid DirectoryId { get; init; }
}
