using LogBroker.Protocol.Errors;

namespace LogBroker.Client;

/// <summary>A broker could not be reached, or the connection to it ended before it answered. Whether a request under way was carried
/// out is not known.</summary>
/// <param name="message">Which broker, and what was tried.</param>
/// <param name="cause">The failure below it.</param>
public sealed class BrokerUnavailableException(string message, Exception? cause = null)
    : KafkaException(ErrorCode.NetworkException, message, cause);

/// <summary>A broker, or the whole operation, did not answer in the time allowed.</summary>
/// <param name="message">What was waited for, and the setting that bounds it.</param>
/// <param name="cause">The last failure seen while waiting.</param>
public sealed class RequestTimedOutException(string message, Exception? cause = null)
    : KafkaException(ErrorCode.RequestTimedOut, message, cause);

/// <summary>A broker refused the client's credentials, or its certificate could not be trusted. Trying again does not help.</summary>
/// <param name="message">Who refused what, and the reason.</param>
/// <param name="cause">The failure below it.</param>
public sealed class AuthenticationFailedException(string message, Exception? cause = null)
    : KafkaException(ErrorCode.SaslAuthenticationFailed, message, cause);
