using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Protocol;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Offsets;

/// <summary>What happens to a partition whose log was cut off before its position (KIP-320).</summary>
internal static partial class LogTruncation
{
    /// <summary>What was fetched and not read comes again. When more than that is gone, reading goes on where the logs part, or fails the reader
    /// when the options do not allow a reset.</summary>
    /// <param name="context">The consumer.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="endOffset">The offset from which on the log is another one.</param>
    /// <param name="epoch">The epoch of the record before it.</param>
    public static void Apply(ConsumerContext context, AssignedPartition partition, long endOffset, LeaderEpoch epoch)
    {
        var (position, _, positionEpoch) = context.Delivery.PlaceOf(partition);
        if (position < 0) position = partition.FetchOffset;
        if (position > endOffset)
        {
            Log.Truncated(context.Logger, partition.TopicPartition, position, endOffset);
            if (ReferenceEquals(context.Options.OffsetReset, OffsetReset.None))
            {
                Fail(context, partition, position, new OffsetAndMetadata(new Offset(endOffset), epoch == LeaderEpoch.None ? null : epoch));
                return;
            }
        }
        long offset = Math.Min(position, endOffset);
        partition.FetchOffset = offset;
        partition.FetchEpoch = offset == endOffset ? epoch : positionEpoch;
        partition.LeaderEpoch = LeaderEpoch.None;
        partition.State = PositionState.Ready;
        context.Delivery.Reposition(partition, offset, partition.FetchEpoch);
    }

    /// <summary>The leader does not know the epoch of the position at all.</summary>
    public static void ApplyUnknown(ConsumerContext context, AssignedPartition partition)
    {
        long position = context.Delivery.PlaceOf(partition).Position;
        if (position < 0) position = partition.FetchOffset;
        Log.Unknown(context.Logger, partition.TopicPartition, position, partition.FetchEpoch);
        if (ReferenceEquals(context.Options.OffsetReset, OffsetReset.None)) Fail(context, partition, position, null);
        else PositionReset.Apply(context, partition);
    }

    private static void Fail(ConsumerContext context, AssignedPartition partition, long position, OffsetAndMetadata? divergence)
    {
        partition.State = PositionState.Failed;
        context.Delivery.Reposition(partition, position, LeaderEpoch.None); // What was fetched behind it is of the log that is gone.
        string advice = divergence is { } from
            ? $"The log is another one from offset {from.Offset} on. OffsetReset is None: seek there, or to where you like to go on."
            : "Its leader does not know the log that was read. OffsetReset is None: seek to where you like to go on.";
        context.Delivery.Fail(new LogTruncationException(
            partition.TopicPartition,
            new Offset(position),
            divergence,
            $"{partition.TopicPartition} was read up to offset {position}, and what was read is not all there any more. {advice}"));
    }

    private static partial class Log
    {
        [LoggerMessage(
            5212,
            LogLevel.Warning,
            "The log of {Partition} was cut off behind offset {EndOffset}; it had been read up to {Position}",
            EventName = "LogTruncated")]
        public static partial void Truncated(ILogger logger, TopicPartition partition, long position, long endOffset);

        [LoggerMessage(
            5213,
            LogLevel.Warning,
            "The leader of {Partition} does not know the log that was read up to {Position}, in epoch {Epoch}",
            EventName = "LogUnknown")]
        public static partial void Unknown(ILogger logger, TopicPartition partition, long position, LeaderEpoch epoch);
    }
}
