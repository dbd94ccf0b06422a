using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Topics;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>The data that consumers hide in the classic protocol: what they subscribe to and what they are assigned. Read and
/// written by the broker only where the two protocols meet in one group.</summary>
internal static class EmbeddedProtocol
{
    /// <summary>The protocol type of consumers.</summary>
    public const string ProtocolType = "consumer";

    public static bool TryReadSubscription(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ConsumerProtocolSubscription? subscription) =>
        TryRead(bytes, out subscription);

    /// <summary>No bytes are no partitions.</summary>
    public static bool TryReadAssignment(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ConsumerProtocolAssignment? assignment)
    {
        assignment = new ConsumerProtocolAssignment();
        return bytes.IsEmpty || TryRead(bytes, out assignment);
    }

    /// <summary>An assignment for a member whose subscription is given, in the same version; topics that are gone are left out.
    /// </summary>
    public static byte[] WriteAssignment(Assignment assignment, ReadOnlyMemory<byte> subscription, ITopicView topics)
    {
        var message = new ConsumerProtocolAssignment
        {
            AssignedPartitions =
            [
                .. assignment.Topics.Where(topic => topics.TryGet(topic.TopicId, out _)).Select(
                    topic => new ConsumerProtocolAssignment.TopicPartition
                    {
                        Topic = topics.TryGet(topic.TopicId, out GroupTopic? found) ? found.Name : "",
                        Partitions = topic.Partitions,
                    }),
            ],
        };
        short version = VersionOf(subscription);
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        writer.WriteInt16(version);
        message.Write(ref writer, version);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The partitions by id; topics that are gone are left out.</summary>
    public static HashSet<TopicIdPartition> IdsOf(
        IEnumerable<(string Topic, IEnumerable<int> Partitions)> partitions, ITopicView topics)
    {
        var ids = new HashSet<TopicIdPartition>();
        foreach (var (name, numbers) in partitions)
        {
            if (!topics.TryGet(name, out GroupTopic? topic)) continue;
            ids.UnionWith(numbers.Select(partition => new TopicIdPartition(topic.Id, partition)));
        }

        return ids;
    }

    /// <summary>Of what a member offers only the first was looked into: the others may be anything.</summary>
    private static short VersionOf(ReadOnlyMemory<byte> bytes) =>
        BinaryPrimitives.TryReadInt16BigEndian(bytes.Span, out short version)
            ? Math.Clamp(version, ConsumerProtocolAssignment.Versions.Min, ConsumerProtocolAssignment.Versions.Max)
            : ConsumerProtocolAssignment.Versions.Min;

    /// <summary>A version that is not known is read as the newest that is: what it adds comes behind.</summary>
    private static bool TryRead<TMessage>(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out TMessage? message)
        where TMessage : class, IVersioned<TMessage>
    {
        message = null;
        try
        {
            var reader = new KafkaReader(MemoryMarshal.AsMemory(bytes));
            short version = reader.ReadInt16();
            if (version < 0) return false;
            message = TMessage.Read(ref reader, Math.Min(version, TMessage.Versions.Max));
            return true;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }
}
