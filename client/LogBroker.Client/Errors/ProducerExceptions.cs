using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client;

/// <summary>A record was not written, or it is not known whether it was.</summary>
/// <param name="topicPartition">Where it was to go; the partition is -1 when none was chosen yet.</param>
/// <param name="errorCode">Why.</param>
/// <param name="message">What happened, why, and what to do.</param>
/// <param name="cause">The failure below it.</param>
public class ProduceException(
    TopicPartition topicPartition, ErrorCode errorCode, string message, Exception? cause = null)
    : KafkaException(errorCode, message, cause)
{
    /// <summary>Where the record was to go.</summary>
    public TopicPartition TopicPartition { get; } = topicPartition;
}

/// <summary>A record is larger than the producer or the topic takes.</summary>
/// <param name="topicPartition">Where it was to go.</param>
/// <param name="message">Its size and the bound.</param>
/// <param name="cause">The failure below it.</param>
public sealed class RecordTooLargeException(TopicPartition topicPartition, string message, Exception? cause = null)
    : ProduceException(topicPartition, ErrorCode.MessageTooLarge, message, cause);

/// <summary>The producer's buffer was full for longer than <c>max.block.ms</c>: records come in faster than brokers take them.</summary>
/// <param name="topicPartition">Where the record was to go.</param>
/// <param name="message">How full, for how long.</param>
public sealed class BufferFullException(TopicPartition topicPartition, string message)
    : ProduceException(topicPartition, ErrorCode.RequestTimedOut, message)
{
    /// <inheritdoc/>
    public override bool IsRetriable => true;
}

/// <summary>A producer can go on no more; every later call fails with the same. Dispose it and make a new one.</summary>
/// <param name="errorCode">Why.</param>
/// <param name="message">What happened, why, and what to do.</param>
/// <param name="cause">The failure below it.</param>
public class FatalProducerException(ErrorCode errorCode, string message, Exception? cause = null)
    : KafkaException(errorCode, message, cause)
{
    /// <inheritdoc/>
    public override bool IsRetriable => false;
}

/// <summary>Another producer with the same transactional id has taken over.</summary>
/// <param name="errorCode">Why.</param>
/// <param name="message">The transactional id.</param>
/// <param name="cause">The failure below it.</param>
public sealed class ProducerFencedException(ErrorCode errorCode, string message, Exception? cause = null)
    : FatalProducerException(errorCode, message, cause);

/// <summary>The transaction cannot be committed: abort it and begin another; the producer itself is well.</summary>
/// <param name="errorCode">Why.</param>
/// <param name="message">What happened.</param>
/// <param name="cause">The failure below it.</param>
public sealed class TransactionAbortableException(ErrorCode errorCode, string message, Exception? cause = null)
    : KafkaException(errorCode, message, cause)
{
    /// <inheritdoc/>
    public override bool IsRetriable => false;
}
