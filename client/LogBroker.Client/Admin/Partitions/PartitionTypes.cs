using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>Which offset of a partition is asked for.</summary>
public readonly record struct OffsetSpec
{
    /// <summary>The next offset to be written: the high watermark, or the last stable offset under read-committed.</summary>
    public static readonly OffsetSpec Latest = new(-1);

    /// <summary>The first that can be read.</summary>
    public static readonly OffsetSpec Earliest = new(-2);

    /// <summary>The record with the highest timestamp (KIP-734).</summary>
    public static readonly OffsetSpec MaxTimestamp = new(-3);

    /// <summary>The first that is on the broker's own disk, where others are in tiered storage (KIP-405).</summary>
    public static readonly OffsetSpec EarliestLocal = new(-4);

    /// <summary>The last that is in tiered storage (KIP-1005).</summary>
    public static readonly OffsetSpec LatestTiered = new(-5);

    /// <summary>The first that is not in tiered storage yet (KIP-1023).</summary>
    public static readonly OffsetSpec EarliestPendingUpload = new(-6);

    private OffsetSpec(long timestamp) => Timestamp = timestamp;

    internal long Timestamp { get; }

    /// <summary>The first ListOffsets that knows it; an earlier one takes it for a time.</summary>
    internal short VersionMin => Timestamp switch
    {
        -3 => 7,
        -4 => 8,
        -5 => 9,
        -6 => 11,
        _ => 0,
    };

    /// <summary>The first record at this time or later.</summary>
    public static OffsetSpec At(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());
}

/// <summary>An offset that was asked for.</summary>
/// <param name="Offset">The offset; <see cref="Protocol.Offset.None"/> when no record fits.</param>
/// <param name="Timestamp">The record's time, where one was asked for by time.</param>
/// <param name="LeaderEpoch">The generation the record was written in; None when it is not known.</param>
public sealed record ListedOffset(Offset Offset, DateTimeOffset? Timestamp, LeaderEpoch LeaderEpoch);

/// <summary>Which leaders are elected.</summary>
public enum ElectionType
{
    /// <summary>The first of each partition's replicas, if it is in sync.</summary>
    Preferred = 0,

    /// <summary>Any replica that lives, for partitions without a leader. Acknowledged records may be lost.</summary>
    Unclean = 1,
}

/// <summary>A partition that moves to other brokers.</summary>
/// <param name="Replicas">All brokers that keep it now.</param>
/// <param name="AddingReplicas">Those that are to keep it and do not yet.</param>
/// <param name="RemovingReplicas">Those that will not keep it.</param>
public sealed record PartitionReassignment(
    ImmutableArray<int> Replicas, ImmutableArray<int> AddingReplicas, ImmutableArray<int> RemovingReplicas);

/// <summary>A producer that wrote to a partition lately (KIP-664).</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="ProducerEpoch">Its generation.</param>
/// <param name="LastSequence">The number of its last record.</param>
/// <param name="LastTimestamp">When it wrote last.</param>
/// <param name="CoordinatorEpoch">The generation of its transaction coordinator, if it has one.</param>
/// <param name="CurrentTransactionStart">Where its open transaction begins, if one is open.</param>
public sealed record ActiveProducer(
    long ProducerId,
    int ProducerEpoch,
    int LastSequence,
    DateTimeOffset? LastTimestamp,
    int? CoordinatorEpoch,
    Offset? CurrentTransactionStart);
