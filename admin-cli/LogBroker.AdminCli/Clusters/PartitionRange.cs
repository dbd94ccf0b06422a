using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Clusters;

/// <summary>From where to where a partition can be read; null where its leader could not be asked.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Start">The offset of its first record.</param>
/// <param name="End">The offset behind its last.</param>
internal sealed record PartitionRange(TopicPartition Partition, long? Start, long? End)
{
    /// <summary>How many offsets lie between: as many records, unless some were compacted away.</summary>
    public long? Records => End - Start;

    /// <summary>Those of a topic, in the order of its partitions.</summary>
    public static Task<PartitionRange[]> OfAsync(AdminClient admin, TopicDescription topic, CancellationToken cancelled) =>
        OfAsync(admin, [.. topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.Index))], cancelled);

    /// <summary>Those of some partitions, in their order.</summary>
    public static Task<PartitionRange[]> OfAsync(AdminClient admin, IReadOnlyList<TopicPartition> partitions, CancellationToken cancelled) =>
        OfAsync(admin, partitions, IsolationLevel.ReadUncommitted, cancelled);

    /// <summary>Those of some partitions, in their order, as a reader of that kind sees them.</summary>
    public static async Task<PartitionRange[]> OfAsync(
        AdminClient admin, IReadOnlyList<TopicPartition> partitions, IsolationLevel isolation, CancellationToken cancelled)
    {
        if (partitions.Count == 0) return [];
        var starts = await admin.Partitions.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Earliest), cancellationToken: cancelled);
        var ends = await admin.Partitions.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest), isolation, cancelled);
        return [.. partitions.Select(partition => new PartitionRange(partition, Of(starts, partition), Of(ends, partition)))];
    }

    /// <exception cref="CommandException">A leader does not tell.</exception>
    public static void RequireKnown(IEnumerable<PartitionRange> ranges)
    {
        if (ranges.FirstOrDefault(range => range.Start is null || range.End is null) is { } unknown)
            throw new CommandException($"The leader of {unknown.Partition} does not tell where the partition begins and ends.", "./logbroker cluster health");
    }

    private static long? Of(AdminResults<TopicPartition, ListedOffset> offsets, TopicPartition partition) =>
        offsets.TryGetValue(partition, out ListedOffset? listed) ? listed.Offset.Value : null;
}
