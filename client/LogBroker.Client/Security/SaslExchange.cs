namespace LogBroker.Client.Security;

/// <summary>The client's side of one authentication: what it says first, and what it answers to each challenge. Without I/O.</summary>
internal abstract class SaslExchange
{
    /// <summary>What is sent first.</summary>
    public abstract byte[] First { get; }

    /// <summary>The answer to what the broker sent; null when the exchange is over.</summary>
    /// <exception cref="AuthenticationFailedException">The broker's part is wrong.</exception>
    public abstract byte[]? Answer(ReadOnlySpan<byte> challenge);
}
