namespace LogBroker.Client;

/// <summary>An option has a value the client cannot work with. Thrown where the options are used first, never later.</summary>
/// <param name="message">The option, its value, and what to set.</param>
public sealed class ClientOptionsException(string message) : ArgumentException(message);
