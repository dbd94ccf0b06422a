using LogBroker.Client.Consuming.Offsets;
using LogBroker.Client.Consuming.Partitions;

namespace LogBroker.Client.Consuming.Processing;

/// <summary>A record on its way to a handler.</summary>
internal readonly struct WorkItem<TKey, TValue>(
    ConsumedRecord<TKey, TValue> record,
    AssignedPartition partition,
    CommitWatermark watermark,
    long ticket,
    CancellationToken cancelled)
{
    private readonly int _version = partition.Version;

    private AssignedPartition Partition => partition;

    public ConsumedRecord<TKey, TValue> Record { get; } = record;

    /// <summary>Cancelled when the run ends, or nobody is to work on the partition any more.</summary>
    public CancellationToken Cancelled => cancelled;

    /// <summary>Whether the group has taken the record from its handler.</summary>
    public bool IsTaken => partition.IsWorkEnded;

    /// <summary>Whether the partition was given up, or sought elsewhere, since.</summary>
    public bool IsStale => partition.IsRevoked || partition.Version != _version;

    /// <summary>Whether both may go to a handler together.</summary>
    public bool IsLike(in WorkItem<TKey, TValue> other) => other.Partition == partition && other._version == _version;

    public void Complete() => watermark.Complete(ticket);

    public void Abandon() => watermark.Abandon();
}
