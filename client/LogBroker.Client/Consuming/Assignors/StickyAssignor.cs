using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>Balanced, and as little changed as that allows (KIP-54). Members give up all they have before they join, so what they
/// had travels as user data.</summary>
internal sealed class StickyAssignor : IPartitionAssignor
{
    public string Name => "sticky";

    public bool IsCooperative => false;

    /// <summary>Previous assignment and its generation, in Kafka's form.</summary>
    public byte[]? UserData(IReadOnlyCollection<TopicPartition> owned, int generation)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        var topics = owned.GroupBy(partition => partition.Topic).ToList();
        writer.WriteInt32(topics.Count);
        foreach (var topic in topics)
        {
            writer.WriteString(topic.Key);
            writer.WriteInt32(topic.Count());
            foreach (var partition in topic) writer.WriteInt32(partition.Partition);
        }
        writer.WriteInt32(generation);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public (ImmutableArray<TopicPartition> Owned, int Generation) ReadOwned(ConsumerProtocolSubscription subscription)
    {
        if (subscription.UserData is not { Length: > 0 } data) return ([], -1);
        try
        {
            var reader = new KafkaReader(MemoryMarshal.AsMemory(data));
            var owned = ImmutableArray.CreateBuilder<TopicPartition>();
            for (int topics = reader.ReadInt32(); topics > 0; topics--)
            {
                string topic = reader.ReadString();
                foreach (int partition in reader.ReadInt32Array()) owned.Add(new TopicPartition(topic, partition));
            }
            return (owned.ToImmutable(), reader.Remaining >= sizeof(int) ? reader.ReadInt32() : -1);
        }
        catch (MalformedMessageException)
        {
            return ([], -1); // Another client's own data: its member starts without a past.
        }
    }

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<GroupMember> members, IReadOnlyDictionary<string, int> partitionCounts) =>
        StickyAssignment.Compute(members, partitionCounts);
}
