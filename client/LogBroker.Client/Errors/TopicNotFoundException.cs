using LogBroker.Protocol.Errors;

namespace LogBroker.Client;

/// <summary>The cluster does not have a topic, and nothing created it in the time allowed.</summary>
/// <param name="topic">Its name.</param>
/// <param name="message">What to do about it.</param>
/// <param name="cause">The last failure seen while waiting.</param>
public sealed class TopicNotFoundException(string topic, string message, Exception? cause = null)
    : KafkaException(ErrorCode.UnknownTopicOrPartition, message, cause)
{
    /// <summary>The name that was asked for.</summary>
    public string Topic { get; } = topic;
}
