using LogBroker.Client.Consuming.Offsets;
using LogBroker.Client.Consuming.Partitions;

namespace LogBroker.Client.Consuming.Processing;

/// <summary>A record on its way to a handler.</summary>
internal readonly struct WorkItem<TKey, TValue>(
    ConsumedRecord<TKey, TValue> record, AssignedPartition partition, CommitWatermark watermark, long ticket)
{
    private readonly int _version = partition.Version;

    public ConsumedRecord<TKey, TValue> Record { get; } = record;

    /// <summary>Whether the partition was given up, or sought elsewhere, since.</summary>
    public bool IsStale => partition.IsRevoked || partition.Version != _version;

    public void Complete() => watermark.Complete(ticket);

    public void Abandon() => watermark.Abandon();
}
