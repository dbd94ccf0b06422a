using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Metadata.Images;

/// <summary>A topic and its partitions.</summary>
public sealed class TopicImage
{
    internal TopicImage(string name, Guid id, ImmutableArray<ImmutableArray<int>> replicas)
    {
        Name = name;
        Id = id;
        // The first replica leads from the start on, and all are in sync while there is nothing to be behind.
        Partitions = [.. replicas.Select((brokers, index) =>
            new PartitionImage(index, brokers[0], new LeaderEpoch(0), brokers, brokers))];
    }

    public string Name { get; }

    /// <summary>A topic created anew under the same name has another id.</summary>
    public Guid Id { get; }

    /// <summary>Whether the broker keeps its own state in it.</summary>
    public bool IsInternal => TopicNames.IsInternal(Name);

    /// <summary>By index: partition 5 is at place 5.</summary>
    public ImmutableArray<PartitionImage> Partitions { get; }

    /// <summary>How many brokers keep partition 0.</summary>
    public int ReplicationFactor => Partitions[0].Replicas.Length;

    /// <summary>Whether there is a partition of this index.</summary>
    public bool Has(int partition) => (uint)partition < (uint)Partitions.Length;
}
