using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>What consumers of a classic group tell each other through the broker, which passes it on unread: a version, then the
/// message in that version.</summary>
internal static class ConsumerProtocolWire
{
    /// <summary>The protocol type of consumers.</summary>
    public const string ProtocolType = "consumer";

    private const short SubscriptionVersion = 3;
    private const short AssignmentVersion = 3;

    public static byte[] Write(ConsumerProtocolSubscription subscription) => Write(subscription, SubscriptionVersion);

    public static byte[] WriteAssignment(IEnumerable<TopicPartition> partitions) => Write(
        new ConsumerProtocolAssignment
        {
            AssignedPartitions =
            [
                .. partitions.GroupBy(partition => partition.Topic).Select(topic =>
                    new ConsumerProtocolAssignment.TopicPartition
                    {
                        Topic = topic.Key,
                        Partitions = [.. topic.Select(partition => partition.Partition)],
                    }),
            ],
        },
        AssignmentVersion);

    /// <exception cref="KafkaException">The bytes are no subscription.</exception>
    public static ConsumerProtocolSubscription ReadSubscription(ReadOnlyMemory<byte> bytes) =>
        Read<ConsumerProtocolSubscription>(bytes);

    /// <summary>No bytes are no partitions.</summary>
    /// <exception cref="KafkaException">The bytes are no assignment.</exception>
    public static ImmutableArray<TopicPartition> ReadAssignment(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return [];
        return
        [
            .. Read<ConsumerProtocolAssignment>(bytes).AssignedPartitions.SelectMany(topic =>
                topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition))),
        ];
    }

    public static ImmutableArray<TopicPartition> Flatten(
        ImmutableArray<ConsumerProtocolSubscription.TopicPartition> topics) =>
    [
        .. topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition))),
    ];

    public static ImmutableArray<ConsumerProtocolSubscription.TopicPartition> Group(
        IEnumerable<TopicPartition> partitions) =>
    [
        .. partitions.GroupBy(partition => partition.Topic).Select(topic => new ConsumerProtocolSubscription.TopicPartition
        {
            Topic = topic.Key,
            Partitions = [.. topic.Select(partition => partition.Partition)],
        }),
    ];

    private static byte[] Write(IMessage message, short version)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        writer.WriteInt16(version);
        message.Write(ref writer, version);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A version that is not known is read as the newest that is: what it adds comes behind.</summary>
    private static TMessage Read<TMessage>(ReadOnlyMemory<byte> bytes)
        where TMessage : class, IVersioned<TMessage>
    {
        try
        {
            var reader = new KafkaReader(MemoryMarshal.AsMemory(bytes));
            short version = reader.ReadInt16();
            return TMessage.Read(ref reader, Math.Clamp(version, TMessage.Versions.Min, TMessage.Versions.Max));
        }
        catch (MalformedMessageException malformed)
        {
            throw new KafkaException(
                ErrorCode.InconsistentGroupProtocol, $"What another member of the group wrote cannot be read: {malformed.Message}", malformed);
        }
    }
}
