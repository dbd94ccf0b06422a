using System.Collections.Immutable;

namespace LogBroker.Coordination.Groups.Assignors;

/// <summary>Decides on the broker which member shall own which partition (KIP-848). A pure function: the same spec gives the
/// same assignment.</summary>
public interface IPartitionAssignor
{
    /// <summary>How members and <c>group.consumer.assignors</c> call it.</summary>
    string Name { get; }

    /// <summary>Gives each partition of each subscribed topic to exactly one member that subscribes to it.</summary>
    /// <returns>An assignment for each member of the spec; one that is unchanged may be the member's own object.</returns>
    ImmutableDictionary<string, Assignment> Assign(GroupSpec group);
}

/// <summary>What an assignor works from.</summary>
/// <param name="Members">The members, in any order; ids are unique.</param>
/// <param name="Topics">At least the topics that members subscribe to.</param>
public sealed record GroupSpec(IReadOnlyCollection<MemberSpec> Members, IReadOnlyDictionary<Guid, TopicSpec> Topics);

/// <summary>A member as an assignor sees it.</summary>
/// <param name="MemberId">Its id in the group.</param>
/// <param name="InstanceId">Of a static member: what outlives the member id; null = dynamic.</param>
/// <param name="RackId">Where it runs (<c>client.rack</c>); null = not known.</param>
/// <param name="Subscribed">Ids of topics that exist.</param>
/// <param name="Current">What the last target assignment gave it.</param>
public sealed record MemberSpec(
    string MemberId, string? InstanceId, string? RackId, IReadOnlySet<Guid> Subscribed, Assignment Current);

/// <summary>A topic as an assignor sees it.</summary>
/// <param name="Partitions">How many it has.</param>
/// <param name="Racks">By partition, the racks its replicas are in; default = no rack is known.</param>
public sealed record TopicSpec(int Partitions, ImmutableArray<ImmutableArray<string>> Racks = default);
