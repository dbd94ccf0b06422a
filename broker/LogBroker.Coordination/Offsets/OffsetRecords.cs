using System.Text;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Offsets;

/// <summary>The records in which offsets are kept.</summary>
internal static class OffsetRecords
{
    private const short WithExpiry = 1;
    private const short WithoutTopicId = 3;
    private const short WithTopicId = 4;
    private const uint TopicIdTag = 0;

    public static CoordinatorRecord Of(string groupId, string topic, int partition, in CommittedOffset offset) => new(
        OffsetCommitKey.RecordType,
        Key(groupId, topic, partition),
        new OffsetCommitValue
        {
            Offset = offset.Offset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommitTimestamp,
            ExpireTimestamp = offset.ExpireTimestamp,
            TopicId = offset.TopicId,
        },
        offset.ExpireTimestamp != -1 ? WithExpiry : offset.TopicId == Guid.Empty ? WithoutTopicId : WithTopicId);

    public static CoordinatorRecord Tombstone(string groupId, string topic, int partition) =>
        CoordinatorRecord.Tombstone(OffsetCommitKey.RecordType, Key(groupId, topic, partition));

    /// <summary>What a record of this state's own making says, in the form the log would give it back.</summary>
    public static CommittedOffset Read(OffsetCommitValue value, short version) => new(
        value.Offset,
        version >= 3 ? value.LeaderEpoch : -1,
        value.Metadata,
        value.CommitTimestamp,
        version == WithExpiry ? value.ExpireTimestamp : -1,
        version >= WithTopicId ? value.TopicId : Guid.Empty);

    /// <summary>Reads the value of a record where it lies.</summary>
    /// <returns>False when it is of an unknown version or not whole.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out CommittedOffset offset)
    {
        var reader = new SpanReader(value);
        short version = reader.Int16();
        offset = default;
        if (version is < 0 or > WithTopicId) return false;
        bool isFlexible = version >= WithTopicId;
        long position = reader.Int64();
        int epoch = version >= 3 ? reader.Int32() : -1;
        ReadOnlySpan<byte> metadata = reader.String(isFlexible);
        long committedAt = reader.Int64();
        long expiresAt = version == WithExpiry ? reader.Int64() : -1;
        Guid topicId = isFlexible ? ReadTopicId(ref reader) : Guid.Empty;
        if (reader.HasFailed) return false;
        offset = new CommittedOffset(
            position, epoch, metadata.IsEmpty ? "" : Encoding.UTF8.GetString(metadata), committedAt, expiresAt, topicId);
        return true;
    }

    private static Guid ReadTopicId(ref SpanReader reader)
    {
        Guid id = Guid.Empty;
        for (uint left = reader.VarInt(); left > 0 && !reader.HasFailed; left--)
        {
            uint tag = reader.VarInt();
            uint length = reader.VarInt();
            if (tag == TopicIdTag && length == 16) id = reader.Uuid();
            else reader.Skip(length);
        }

        return id;
    }

    private static OffsetCommitKey Key(string groupId, string topic, int partition) =>
        new() { Group = groupId, Topic = topic, Partition = partition };
}
