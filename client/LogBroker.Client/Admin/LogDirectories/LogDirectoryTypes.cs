using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>A directory in which a broker keeps partitions.</summary>
/// <param name="Path">Where it is, on the broker's machine.</param>
/// <param name="Replicas">What is kept there.</param>
public sealed record LogDirectory(string Path, IReadOnlyDictionary<TopicPartition, ReplicaSize> Replicas)
{
    /// <summary>Why it cannot be used; null when it can.</summary>
    public KafkaException? Failure { get; init; }

    /// <summary>The size of its volume, if told.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>How much of that is free, if told.</summary>
    public long? UsableBytes { get; init; }
}

/// <summary>A partition in a directory.</summary>
/// <param name="SizeInBytes">How large it is.</param>
/// <param name="OffsetLag">How far it is behind the leader, or behind the copy it is to replace.</param>
/// <param name="IsFuture">Whether it is being moved here and will replace the copy elsewhere.</param>
public sealed record ReplicaSize(long SizeInBytes, long OffsetLag, bool IsFuture);
