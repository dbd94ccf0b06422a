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
        (GroupDescription group, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed) = await FindAsync(client.Admin, groupId, cancelled);
        var owners = new Dictionary<TopicPartition, GroupMemberDescription>();
        foreach (GroupMemberDescription member in group.Members)
            foreach (TopicPartition partition in member.Assignment) owners[partition] = member;
        TopicPartition[] partitions =
        [
            .. committed.Keys.Union(owners.Keys).OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition),
        ];
        PartitionRange[] ranges = await PartitionRange.OfAsync(client.Admin, partitions, cancelled);
        PartitionLag[] lags =
        [
            .. ranges.Select(range => new PartitionLag(
                range.Partition,
                committed.TryGetValue(range.Partition, out OffsetAndMetadata offset) ? offset.Offset.Value : null,
                range.Start,
                range.End,
                owners.GetValueOrDefault(range.Partition))),
        ];
        IReadOnlyDictionary<TopicPartition, DateTimeOffset?> next = await NextRecordTimes.OfAsync(
            client, [.. lags.Where(lag => lag is { Records: > 0, Committed: not null })], time, patience, cancelled);
        return new GroupLag(group, [.. lags.Select(lag => lag with { Age = AgeOf(lag, next, time) })]);
    }

    /// <summary>A group and what it has committed.</summary>
    /// <exception cref="CommandException">There is no such group.</exception>
    public static async Task<(GroupDescription Group, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Committed)> FindAsync(
        AdminClient admin, string groupId, CancellationToken cancelled)
    {
        AdminResults<string, GroupDescription> described = await admin.Groups.DescribeAsync([groupId], cancellationToken: cancelled);
        if (described.Failures.TryGetValue(groupId, out KafkaException? failure) && failure.ErrorCode == Protocol.Errors.ErrorCode.GroupIdNotFound)
            throw await Unknown.GroupAsync(admin, groupId, cancelled);
        GroupDescription group = described[groupId];
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed = group.State == GroupState.Dead
            ? new Dictionary<TopicPartition, OffsetAndMetadata>()
            : await admin.GroupOffsets.ListAsync(groupId, cancellationToken: cancelled);
        return group.State == GroupState.Dead && committed.Count == 0 ? throw await Unknown.GroupAsync(admin, groupId, cancelled) : (group, committed);
    }

    private static TimeSpan? AgeOf(PartitionLag lag, IReadOnlyDictionary<TopicPartition, DateTimeOffset?> next, TimeProvider time)
    {
        if (lag.Records == 0) return TimeSpan.Zero;
        if (!next.TryGetValue(lag.Partition, out DateTimeOffset? written)) return null;
        TimeSpan age = time.GetUtcNow() - written ?? TimeSpan.Zero;
        return age < TimeSpan.Zero ? TimeSpan.Zero : age;
    }
}
