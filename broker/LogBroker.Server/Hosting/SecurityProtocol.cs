namespace LogBroker.Server.Hosting;

/// <summary>How the bytes of a listener are protected and who may speak, by Kafka's names.</summary>
public enum SecurityProtocol
{
    /// <summary>Neither encrypted nor authenticated.</summary>
    Plaintext,

    /// <summary>TLS.</summary>
    Ssl,

    /// <summary>SASL without encryption.</summary>
    SaslPlaintext,

    /// <summary>SASL inside TLS.</summary>
    SaslSsl,
}
