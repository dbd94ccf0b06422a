using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client;

/// <summary>The position of a partition is outside of what the broker has, and <c>auto.offset.reset</c> is none.</summary>
/// <param name="topicPartition">The partition.</param>
/// <param name="position">The position that was asked for.</param>
/// <param name="message">What to do about it.</param>
public class OffsetOutOfRangeException(TopicPartition topicPartition, Offset position, string message)
    : KafkaException(ErrorCode.OffsetOutOfRange, message)
{
    /// <summary>The partition.</summary>
    public TopicPartition TopicPartition { get; } = topicPartition;

    /// <summary>The position that was asked for.</summary>
    public Offset Position { get; } = position;
}

/// <summary>Records that were read are not in the log any more: it was cut off before the position and written anew from there (KIP-320), as
/// happens when a replica that had not seen them came to lead; and <c>auto.offset.reset</c> is none.</summary>
/// <param name="topicPartition">The partition.</param>
/// <param name="position">Up to where it was read.</param>
/// <param name="divergence">The offset from which on the log is another one; null when the leader does not know it.</param>
/// <param name="message">What to do about it.</param>
public sealed class LogTruncationException(TopicPartition topicPartition, Offset position, OffsetAndMetadata? divergence, string message)
    : OffsetOutOfRangeException(topicPartition, position, message)
{
    /// <summary>The offset from which on the log is another one, with the epoch of the record before it: seek there to read what was written in
    /// place of what is gone. Null when the leader does not know it.</summary>
    public OffsetAndMetadata? Divergence { get; } = divergence;
}

/// <summary>A batch or record in the log cannot be read: it is damaged, cut off, or of a format that is not read any more. What came before it
/// was handed out. Reading on fetches it again, and throws this again for as long as it is damaged; seek elsewhere to go on. Other
/// partitions are read on.</summary>
/// <param name="topicPartition">The partition.</param>
/// <param name="offset">The first offset that cannot be read.</param>
/// <param name="nextOffset">The first offset behind the damage.</param>
/// <param name="message">What is wrong, and what to do about it.</param>
/// <param name="cause">The failure below it.</param>
public sealed class CorruptRecordException(
    TopicPartition topicPartition, Offset offset, Offset nextOffset, string message, Exception? cause = null)
    : KafkaException(ErrorCode.CorruptMessage, message, cause)
{
    /// <summary>The partition.</summary>
    public TopicPartition TopicPartition { get; } = topicPartition;

    /// <summary>The first offset that cannot be read.</summary>
    public Offset Offset { get; } = offset;

    /// <summary>The first offset behind the damage, as far as it can be told: seek there to go on without what is lost.</summary>
    public Offset NextOffset { get; } = nextOffset;

    /// <inheritdoc/>
    public override bool IsRetriable => false;
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
