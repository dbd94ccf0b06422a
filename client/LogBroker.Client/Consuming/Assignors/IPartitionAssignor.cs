using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>Hands out the partitions of a classic group; run by the member that leads it. Stateless but for the sticky one's
/// memory of its own member.</summary>
internal interface IPartitionAssignor
{
    /// <summary>The name members agree on, as in Kafka.</summary>
    string Name { get; }

    /// <summary>Whether members keep what they have while the group rebalances (KIP-429).</summary>
    bool IsCooperative { get; }

    /// <summary>What goes with the subscription, for the leader; null when there is nothing to tell.</summary>
    byte[]? UserData(IReadOnlyCollection<TopicPartition> owned, int generation);

    /// <summary>What a member says it has, and the generation in which it had it.</summary>
    (ImmutableArray<TopicPartition> Owned, int Generation) ReadOwned(ConsumerProtocolSubscription subscription);

    /// <summary>Divides the partitions of the topics among those subscribed to them.</summary>
    /// <param name="members">All of the group, in any order.</param>
    /// <param name="partitionCounts">The topics that are there.</param>
    /// <returns>An entry for each member, by its id.</returns>
    Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<GroupMember> members, IReadOnlyDictionary<string, int> partitionCounts);
}
