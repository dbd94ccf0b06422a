using System.Buffers.Binary;
using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>The sticky assignment in two steps (KIP-429): a partition that changes hands is first taken from its owner, and given to
/// the other by the rebalance after that, so everything else keeps flowing.</summary>
internal sealed class CooperativeStickyAssignor : IPartitionAssignor
{
    public string Name => "cooperative-sticky";

    public bool IsCooperative => true;

    /// <summary>The generation, for leaders that read no newer form of the subscription.</summary>
    public byte[]? UserData(IReadOnlyCollection<TopicPartition> owned, int generation)
    {
        byte[] data = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(data, generation);
        return data;
    }

    public (ImmutableArray<TopicPartition> Owned, int Generation) ReadOwned(ConsumerProtocolSubscription subscription)
    {
        int generation = subscription.GenerationId;
        if (generation < 0 && subscription.UserData is { Length: >= sizeof(int) } data)
            generation = BinaryPrimitives.ReadInt32BigEndian(data.Span);
        return (ConsumerProtocolWire.Flatten(subscription.OwnedPartitions), generation);
    }

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<GroupMember> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var assigned = StickyAssignment.Compute(members, partitionCounts);
        int newest = members.Count == 0 ? -1 : members.Max(member => member.Generation);
        var owners = new Dictionary<TopicPartition, string>();
        foreach (var member in members.Where(member => member.Generation == newest))
        {
            foreach (var partition in member.Owned) owners[partition] = member.MemberId;
        }
        foreach (var (member, partitions) in assigned)
            partitions.RemoveAll(partition => owners.GetValueOrDefault(partition, member) != member);
        return assigned;
    }
}
