using LogBroker.Protocol.Errors;

namespace LogBroker.Client;

/// <summary>A serializer or deserializer failed, or there is none for the type.</summary>
/// <param name="message">Which, and for which topic.</param>
/// <param name="cause">What it threw.</param>
public sealed class SerializationException(string message, Exception? cause = null)
    : KafkaException(ErrorCode.InvalidRecord, message, cause);
