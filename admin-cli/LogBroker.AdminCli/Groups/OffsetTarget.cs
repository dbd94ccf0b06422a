using LogBroker.AdminCli.Clusters;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Groups;

/// <summary>Where a group is to go on.</summary>
/// <param name="Kind">In which way that is said.</param>
/// <param name="Number">The offset, or by how many records.</param>
/// <param name="Time">The time.</param>
/// <param name="Offsets">The offset of each partition, as a file has them.</param>
internal sealed record OffsetTarget(
    OffsetTargetKind Kind, long Number = 0, DateTimeOffset Time = default, IReadOnlyDictionary<TopicPartition, long>? Offsets = null)
{
    /// <summary>The offsets it means, none outside of its partition.</summary>
    /// <param name="admin">Asks the leaders.</param>
    /// <param name="partitions">The partitions to go on in.</param>
    /// <param name="committed">What the group has committed.</param>
    /// <param name="cancelled">Gives up.</param>
    public async Task<IReadOnlyList<OffsetMove>> PlanAsync(
        AdminClient admin,
        IReadOnlyList<TopicPartition> partitions,
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed,
        CancellationToken cancelled)
    {
        if (Kind == OffsetTargetKind.Shift) RequireCommitted(partitions, committed);
        PartitionRange[] ranges = await PartitionRange.OfAsync(admin, partitions, cancelled);
        AdminResults<TopicPartition, ListedOffset>? atTime = Kind == OffsetTargetKind.Time
            ? await admin.Partitions.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.At(Time)), cancellationToken: cancelled)
            : null;
        return [.. ranges.Select(range => MoveOf(range, committed, atTime)).OfType<OffsetMove>()];
    }

    /// <summary>Where nothing is committed there is nothing to count from; the group itself decides there where it begins.</summary>
    private static void RequireCommitted(IReadOnlyList<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed)
    {
        TopicPartition[] without = [.. partitions.Where(partition => !committed.ContainsKey(partition))];
        if (without.Length > 0)
        {
            throw new CommandException(
                $"The group has committed nothing in {string.Join(", ", without)}: there is nothing to shift from.",
                "--topic TOPIC:PARTITION,... with those it has committed, --to-earliest or --to-latest for the others");
        }
    }

    private OffsetMove? MoveOf(
        PartitionRange range, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed, AdminResults<TopicPartition, ListedOffset>? atTime)
    {
        if (range.Start is not { } start || range.End is not { } end)
            throw new CommandException($"The leader of {range.Partition} does not tell its offsets.", "./logbroker cluster health");
        long? current = committed.TryGetValue(range.Partition, out OffsetAndMetadata offset) ? offset.Offset.Value : null;
        long? wanted = Kind switch
        {
            OffsetTargetKind.Earliest => start,
            OffsetTargetKind.Latest => end,
            OffsetTargetKind.Current => current ?? end,
            OffsetTargetKind.Offset => Number,
            OffsetTargetKind.Shift => (long)Int128.Clamp((Int128)current!.Value + Number, long.MinValue, long.MaxValue),
            OffsetTargetKind.Time => atTime![range.Partition].Offset is { Value: >= 0 } first ? first.Value : end,
            _ => Offsets!.TryGetValue(range.Partition, out long named) ? named : null,
        };
        return wanted is { } target ? new OffsetMove(range.Partition, current, Math.Clamp(target, start, end), target) : null;
    }
}

/// <summary>In which way it is said where a group is to go on.</summary>
internal enum OffsetTargetKind
{
    /// <summary>At the first record there is.</summary>
    Earliest,

    /// <summary>Behind the last.</summary>
    Latest,

    /// <summary>Where it is.</summary>
    Current,

    /// <summary>At an offset.</summary>
    Offset,

    /// <summary>So many records on, or back.</summary>
    Shift,

    /// <summary>At the first record not older than a time.</summary>
    Time,

    /// <summary>As a file says.</summary>
    File,
}

/// <summary>A group's offset of a partition, before and after.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Before">What is committed; null when nothing is.</param>
/// <param name="After">What will be.</param>
/// <param name="Wanted">What was asked for; another than After where that is not in the partition.</param>
internal sealed record OffsetMove(TopicPartition Partition, long? Before, long After, long Wanted);
