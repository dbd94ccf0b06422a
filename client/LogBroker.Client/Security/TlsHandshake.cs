using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace LogBroker.Client.Security;

/// <summary>Puts TLS on a connection.</summary>
internal static class TlsHandshake
{
    /// <exception cref="AuthenticationFailedException">The broker's certificate is not trusted, or it does not trust the
    /// client's and said so before the handshake was over. With TLS 1.3 it says so later: <see cref="Refusal"/>.</exception>
    public static async Task<Stream> RunAsync(
        Stream inner, TlsOptions options, BrokerNode broker, CancellationToken cancellationToken)
    {
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(Settings(options, broker.Host), cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (AuthenticationException failure)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new AuthenticationFailedException(
                $"TLS with the {broker} failed: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
        catch (IOException failure)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new BrokerUnavailableException(
                $"TLS with the {broker} failed: {failure.Message} Does this listener speak TLS?", failure);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The reason the other side gave when it ended TLS after the handshake; null when something else ended the connection.
    /// </summary>
    public static string? Refusal(Exception failure)
    {
        var root = failure.GetBaseException();
        return root is IOException or SocketException or ObjectDisposedException or OperationCanceledException ? null : root.Message;
    }

    private static SslClientAuthenticationOptions Settings(TlsOptions options, string host) => new()
    {
        TargetHost = options.TargetHost ?? host,
        CertificateChainPolicy = Policy(options),
        CertificateRevocationCheckMode = options.ChecksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        ClientCertificateContext = options.ClientCertificate is { } certificate
            ? SslStreamCertificateContext.Create(certificate, options.ClientCertificateChain, offline: true)
            : null,
        RemoteCertificateValidationCallback = options.CertificateValidation ?? (options.ChecksHostName ? null : AnyName),
    };

    private static X509ChainPolicy? Policy(TlsOptions options)
    {
        if (options.CertificateAuthorities is not { } authorities) return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = options.ChecksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static bool AnyName(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
}
