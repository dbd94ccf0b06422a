using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Protocol;

namespace LogBroker.Client.Consuming.Offsets;

/// <summary>What happens to a partition without a usable position (<c>auto.offset.reset</c>).</summary>
internal static class PositionReset
{
    /// <summary>ListOffsets' mark for the end of the log.</summary>
    public const long Latest = -1;

    /// <summary>ListOffsets' mark for its first record.</summary>
    public const long Earliest = -2;

    /// <summary>Has the position looked up as the options say, or fails the reader.</summary>
    public static void Apply(ConsumerContext context, AssignedPartition partition)
    {
        var policy = context.Options.OffsetReset;
        if (ReferenceEquals(policy, OffsetReset.None))
        {
            partition.State = PositionState.Failed;
            context.Delivery.Fail(new OffsetOutOfRangeException(
                partition.TopicPartition,
                new Offset(partition.FetchOffset),
                partition.FetchOffset < 0
                    ? $"{partition.TopicPartition} has no committed offset, and OffsetReset is None: seek, or choose Earliest or Latest."
                    : $"{partition.TopicPartition} has no offset {partition.FetchOffset} (any more), and OffsetReset is None: seek to one " +
                    "that is there."));
            return;
        }
        partition.LookupTimestamp = policy.Duration is { } duration
            ? (context.Time.GetUtcNow() - duration).ToUnixTimeMilliseconds()
            : ReferenceEquals(policy, OffsetReset.Earliest) ? Earliest : Latest;
        partition.State = PositionState.NeedsLookup;
    }
}
