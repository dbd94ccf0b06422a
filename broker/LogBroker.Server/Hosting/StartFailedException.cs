namespace LogBroker.Server.Hosting;

/// <summary>The settings are good but the broker cannot start with them now: a port is taken, a data directory is
/// locked or cannot be written. The message is one plain sentence.</summary>
public sealed class StartFailedException(string message, Exception? innerException = null)
    : Exception(message, innerException);
