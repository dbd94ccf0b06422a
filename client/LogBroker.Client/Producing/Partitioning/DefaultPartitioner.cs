namespace LogBroker.Client.Producing.Partitioning;

/// <summary>Kafka's default: keys by their hash, everything else where the producer likes.</summary>
internal sealed class DefaultPartitioner(bool ignoresKeys) : IPartitioner
{
    public int Choose(in PartitioningContext context) => ignoresKeys || context.IsKeyNull
        ? -1
        : Murmur2.Partition(context.Key, context.PartitionCount);
}
