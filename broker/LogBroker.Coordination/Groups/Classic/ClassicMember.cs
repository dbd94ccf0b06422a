using System.Collections.Immutable;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Classic;

/// <summary>A member of a classic group.</summary>
/// <remarks>Owned by its group.</remarks>
internal sealed class ClassicMember(
    string memberId, string? groupInstanceId, string clientId, string clientHost, Deadline session)
{
    public string MemberId => memberId;

    /// <summary>The name under which a static member comes back (KIP-345); null for a dynamic one.</summary>
    public string? GroupInstanceId => groupInstanceId;

    public string ClientId => clientId;

    public string ClientHost => clientHost;

    /// <summary>When it is taken for dead.</summary>
    public Deadline Session => session;

    public TimeSpan SessionTimeout { get; set; }

    public TimeSpan RebalanceTimeout { get; set; }

    /// <summary>The protocols it can, best first.</summary>
    public ImmutableArray<ClassicProtocol> Protocols { get; set; } = [];

    /// <summary>What the leader gave it in this generation.</summary>
    public ReadOnlyMemory<byte> Assignment { get; set; }

    /// <summary>Whether it joined and has not been part of a generation yet: it cannot send heartbeats.</summary>
    public bool IsNew { get; set; }

    /// <summary>Its join request that waits for the rebalance.</summary>
    public PendingReply<JoinGroupResponse>? AwaitingJoin { get; internal set; }

    /// <summary>Its sync request that waits for the leader's.</summary>
    public PendingReply<SyncGroupResponse>? AwaitingSync { get; set; }

    /// <summary>Its own data for a protocol; empty where it does not have the protocol.</summary>
    public ReadOnlyMemory<byte> MetadataOf(string? protocol)
    {
        foreach (ClassicProtocol own in Protocols)
        {
            if (own.Name == protocol) return own.Metadata;
        }

        return default;
    }

    public bool Matches(ImmutableArray<ClassicProtocol> protocols)
    {
        if (protocols.Length != Protocols.Length) return false;
        for (int i = 0; i < protocols.Length; i++)
        {
            if (protocols[i].Name != Protocols[i].Name) return false;
            if (!protocols[i].Metadata.Span.SequenceEqual(Protocols[i].Metadata.Span)) return false;
        }

        return true;
    }
}

/// <summary>A way to share the work that a member can follow, with its own data for it.</summary>
internal readonly record struct ClassicProtocol(string Name, ReadOnlyMemory<byte> Metadata)
{
    /// <summary>Copies of what a request offers; of a name that comes twice the first.</summary>
    public static ImmutableArray<ClassicProtocol> From(JoinGroupRequest request) =>
    [
        .. request.Protocols.DistinctBy(protocol => protocol.Name)
            .Select(protocol => new ClassicProtocol(protocol.Name, protocol.Metadata.ToArray())),
    ];
}
