using LogBroker.AdminCli.Clusters;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Groups;

/// <summary>A group and how far it is behind.</summary>
/// <param name="Group">The group.</param>
/// <param name="Partitions">Each partition it reads or has read.</param>
internal sealed record GroupLag(GroupDescription Group, IReadOnlyList<PartitionLag> Partitions)
{
    /// <summary>All records it has not read, of the partitions of which that can be told; null when it can be told of none, or one that would
    /// tell did not.</summary>
    public long? Records => Partitions.Any(partition => partition.End is null) || (Partitions.Count > 0 && WithoutCommit == Partitions.Count)
        ? null
        : Partitions.Sum(partition => partition.Records);

    /// <summary>The age of the oldest of them; null when that is not known of a partition.</summary>
    public TimeSpan? Age => Unanswered.Any() ? null : AgeAtLeast;

    /// <summary>How many partitions hold records, and it has committed nothing there: what it has not read of them is not known.</summary>
    public int WithoutCommit => Partitions.Count(partition => partition.Records is null && partition.End is not null);

    /// <summary>The age of the oldest whose age is known.</summary>
    public TimeSpan? AgeAtLeast => Partitions.Max(partition => partition.Age);

    /// <summary>Partitions that would tell, and did not.</summary>
    public IEnumerable<PartitionLag> Unanswered => Partitions.Where(partition => partition.End is null || (partition.Records is not null && partition.Age is null));

    /// <summary>Asks for a group's offsets, the ends of its partitions and the times of the records it reads next.</summary>
    /// <exception cref="CommandException">There is no such group.</exception>
    public static async Task<GroupLag> OfAsync(LogBrokerClient client, string groupId, TimeProvider time, TimeSpan patience, CancellationToken cancelled)
    {
        FoundGroup found = await FoundGroup.FindAsync(client.Admin, groupId, cancelled);
        ILookup<TopicPartition, GroupMemberDescription> readers = found.Group.Members
            .SelectMany(member => member.Assignment.Select(partition => (Partition: partition, Member: member)))
            .ToLookup(read => read.Partition, read => read.Member);
        TopicPartition[] partitions =
        [
            .. found.Committed.Keys.Union(readers.Select(read => read.Key)).OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition),
        ];
        PartitionRange[] ranges = await PartitionRange.OfAsync(client.Admin, partitions, cancelled);
        PartitionLag[] lags =
        [
            .. ranges.Select(range => new PartitionLag(
                range.Partition,
                found.Committed.TryGetValue(range.Partition, out OffsetAndMetadata offset) ? offset.Offset.Value : null,
                range.Start,
                range.End,
                found.IsShared ? null : readers[range.Partition].LastOrDefault())
            {
                Left = found.Left.TryGetValue(range.Partition, out long left) ? left : null,
            }),
        ];
        IReadOnlyDictionary<TopicPartition, DateTimeOffset?> next = await NextRecordTimes.OfAsync(
            client, [.. lags.Where(lag => lag is { Records: > 0, Committed: not null })], time, patience, cancelled);
        return new GroupLag(found.Group, [.. lags.Select(lag => lag with { Age = AgeOf(lag, next, time) })]);
    }

    private static TimeSpan? AgeOf(PartitionLag lag, IReadOnlyDictionary<TopicPartition, DateTimeOffset?> next, TimeProvider time)
    {
        if (lag.Records == 0) return TimeSpan.Zero;
        if (!next.TryGetValue(lag.Partition, out DateTimeOffset? written)) return null;
        TimeSpan age = time.GetUtcNow() - written ?? TimeSpan.Zero;
        return age < TimeSpan.Zero ? TimeSpan.Zero : age;
    }
}
