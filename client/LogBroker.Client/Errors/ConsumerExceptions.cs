using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client;

/// <summary>The position of a partition is outside of what the broker has, and <c>auto.offset.reset</c> is none.</summary>
/// <param name="topicPartition">The partition.</param>
/// <param name="position">The position that was asked for.</param>
/// <param name="message">What to do about it.</param>
public sealed class OffsetOutOfRangeException(TopicPartition topicPartition, Offset position, string message)
    : KafkaException(ErrorCode.OffsetOutOfRange, message)
{
    /// <summary>The partition.</summary>
    public TopicPartition TopicPartition { get; } = topicPartition;

    /// <summary>The position that was asked for.</summary>
    public Offset Position { get; } = position;
}

/// <summary>Offsets were not committed: the group has given the partitions to another member, or the member is no longer in it.</summary>
/// <param name="errorCode">Why.</param>
/// <param name="message">What happened, why, and what to do.</param>
/// <param name="cause">The failure below it.</param>
public sealed class CommitFailedException(ErrorCode errorCode, string message, Exception? cause = null)
    : KafkaException(errorCode, message, cause)
{
    /// <inheritdoc/>
    public override bool IsRetriable => false;
}

/// <summary>A commit came while the group hands out its partitions anew; it may be tried again afterwards.</summary>
/// <param name="message">The group.</param>
public sealed class RebalanceInProgressException(string message)
    : KafkaException(ErrorCode.RebalanceInProgress, message)
{
    /// <inheritdoc/>
    public override bool IsRetriable => true;
}
