using LogBroker.Protocol.Errors;

namespace LogBroker.Client;

/// <summary>What the client throws when a broker answered with an error, could not be reached, or took too long. The types derived
/// from it tell apart what a caller may want to treat differently; <see cref="ErrorCode"/> tells the rest.</summary>
/// <param name="errorCode">The protocol's error, or the nearest one when the error is the client's own.</param>
/// <param name="message">What happened, why, and what to do.</param>
/// <param name="cause">The failure below it.</param>
public class KafkaException(ErrorCode errorCode, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The error of the protocol.</summary>
    public ErrorCode ErrorCode { get; } = errorCode;

    /// <summary>Whether the same call may succeed later without a change. The client has already retried as long as its options
    /// allow before it throws.</summary>
    public virtual bool IsRetriable => ErrorCode.IsRetriable();
}
