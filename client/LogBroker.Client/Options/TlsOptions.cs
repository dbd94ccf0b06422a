using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace LogBroker.Client;

/// <summary>TLS between client and brokers. Without anything set, brokers' certificates are checked against the system's
/// authorities and the host's name, as browsers do.</summary>
public sealed record TlsOptions
{
    /// <summary>Authorities trusted in place of the system's (<c>ssl.truststore.certificates</c>).</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>The client's own certificate with its private key, for brokers that ask for one
    /// (<c>ssl.keystore.certificate.chain</c>, <c>ssl.keystore.key</c>).</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The authorities between <see cref="ClientCertificate"/> and one that brokers trust, sent with it
    /// (<c>ssl.keystore.certificate.chain</c>). Null, the default, is for a certificate that such an authority issued itself.</summary>
    public X509Certificate2Collection? ClientCertificateChain { get; init; }

    /// <summary>The name brokers' certificates must carry; null, the default, is the host that is connected to.</summary>
    public string? TargetHost { get; init; }

    /// <summary>Whether the name in a broker's certificate is checked (<c>ssl.endpoint.identification.algorithm</c>). Default
    /// true.</summary>
    public bool ChecksHostName { get; init; } = true;

    /// <summary>Whether certificates are looked up in revocation lists. Default false, as in Kafka: it needs the network.</summary>
    public bool ChecksRevocation { get; init; }

    /// <summary>Decides on a broker's certificate in place of the checks above; null, the default, leaves it to them.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <summary>Reads authorities from a PEM file.</summary>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities;
    }

    internal void Validate()
    {
        if (ClientCertificate is { HasPrivateKey: false })
        {
            throw new ClientOptionsException(
                "Tls.ClientCertificate has no private key: load it with X509Certificate2.CreateFromPemFile(certificate, key).");
        }
    }
}
