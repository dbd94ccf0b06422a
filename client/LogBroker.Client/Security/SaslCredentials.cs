namespace LogBroker.Client;

/// <summary>Who the client is, and how it proves that (SASL).</summary>
public abstract class SaslCredentials
{
    private protected SaslCredentials()
    {
    }

    /// <summary>The mechanism's name in the protocol.</summary>
    internal abstract string Mechanism { get; }
}
