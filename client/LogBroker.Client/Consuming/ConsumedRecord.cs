using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client;

/// <summary>A record that was read.</summary>
/// <typeparam name="TKey">The key's type.</typeparam>
/// <typeparam name="TValue">The value's type.</typeparam>
/// <remarks>It owns what it has and may be kept for as long as one likes.</remarks>
public readonly struct ConsumedRecord<TKey, TValue>
{
    private readonly IReadOnlyList<RecordHeader>? _headers;
    private readonly long _timestamp;

    internal ConsumedRecord(
        TopicPartition partition, in RecordPlace place, TKey key, TValue value, IReadOnlyList<RecordHeader>? headers)
    {
        TopicPartition = partition;
        Offset = place.Offset;
        LeaderEpoch = place.LeaderEpoch;
        TimestampType = place.TimestampType;
        _timestamp = place.Timestamp;
        _headers = headers;
        Key = key;
        Value = value;
    }

    /// <summary>Where it was read from.</summary>
    public TopicPartition TopicPartition { get; }

    /// <summary>The topic.</summary>
    public string Topic => TopicPartition.Topic;

    /// <summary>The partition's index.</summary>
    public int Partition => TopicPartition.Partition;

    /// <summary>Its number in the partition.</summary>
    public Offset Offset { get; }

    /// <summary>The generation of the leader that wrote it.</summary>
    public LeaderEpoch LeaderEpoch { get; }

    /// <summary>Whose time it carries.</summary>
    public TimestampType TimestampType { get; }

    /// <summary>When it happened, or was written; what is no time between 1970 and 9999 is told as the nearer of the two.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(_timestamp, 0, RecordPlace.TimestampMax));

    /// <summary>The key.</summary>
    public TKey Key { get; }

    /// <summary>The value.</summary>
    public TValue Value { get; }

    /// <summary>The headers in their order; keys may repeat.</summary>
    public IReadOnlyList<RecordHeader> Headers => _headers ?? [];
}

/// <summary>What is known of a record without its content.</summary>
internal readonly record struct RecordPlace(Offset Offset, LeaderEpoch LeaderEpoch, long Timestamp, TimestampType TimestampType)
{
    /// <summary>The last millisecond of the year 9999.</summary>
    public const long TimestampMax = 253_402_300_799_999;
}
