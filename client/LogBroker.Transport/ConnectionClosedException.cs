namespace LogBroker.Transport;

/// <summary>The connection ended before the response came, or broke the protocol and was given up. Whether the request
/// was carried out is not known.</summary>
public sealed class ConnectionClosedException(string message, Exception? cause = null) : IOException(message, cause);
