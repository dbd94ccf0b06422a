
namespace LogBroker.Client;

/// <summary>Chooses the partition of records that name none. One instance serves all threads of its producers; it is called for each
/// record and must be quick.</summary>
public interface IPartitioner
{
    /// <summary>Chooses a partition.</summary>
    /// <param name="context">What the choice may depend on.</param>
    /// <returns>From 0 to the number of partitions less one; -1 leaves the choice to the producer, which takes one partition after the
    /// other as batches fill.</returns>
    int Choose(in PartitioningContext context);
}

/// <summary>What a partition is chosen by.</summary>
/// <param name="topic">The topic.</param>
/// <param name="partitionCount">How many partitions it has.</param>
/// <param name="key">The key's bytes.</param>
/// <param name="isKeyNull">There is no key.</param>
public readonly ref struct PartitioningContext(
    string topic, int partitionCount, ReadOnlySpan<byte> key, bool isKeyNull)
{
    /// <summary>The topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>How many partitions the topic has, at least 1.</summary>
    public int PartitionCount { get; } = partitionCount;

    /// <summary>The key as it was serialized; empty also when it is null.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>Whether there is no key.</summary>
    public bool IsKeyNull { get; } = isKeyNull;
}
