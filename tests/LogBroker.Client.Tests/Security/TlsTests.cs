using System.Net.Security;
using LogBroker.Client.Tests.Consuming;
using LogBroker.Client.Tests.Faults;

namespace LogBroker.Client.Tests.Security;

/// <summary>Which certificates are trusted, on both sides.</summary>
public sealed class TlsTests
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public async Task Connect_WithTheAuthorityTrusted_Works()
    {
        await using var broker = Broker("127.0.0.1");
        await using var client = Client(broker, new TlsOptions { CertificateAuthorities = _certificates.Authorities });

        Assert.Single((await client.Cluster.Metadata.RefreshAsync(default)).Brokers);
    }

    [Fact]
    public async Task Connect_WithAnUnknownAuthority_IsRefusedAtOnce()
    {
        await using var broker = Broker("127.0.0.1");
        await using var client = Client(broker, new TlsOptions());

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => client.Cluster.Metadata.RefreshAsync(default).AsTask());
    }

    [Fact]
    public async Task Connect_ToAnotherName_IsRefusedUnlessNamesAreNotChecked()
    {
        await using var broker = Broker("elsewhere.example.org");
        var options = new TlsOptions { CertificateAuthorities = _certificates.Authorities };
        await using var strict = Client(broker, options);
        await using var named = Client(broker, options with { TargetHost = "elsewhere.example.org" });
        await using var lax = Client(broker, options with { ChecksHostName = false });

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => strict.Cluster.Metadata.RefreshAsync(default).AsTask());
        Assert.Single((await named.Cluster.Metadata.RefreshAsync(default)).Brokers);
        Assert.Single((await lax.Cluster.Metadata.RefreshAsync(default)).Brokers);
    }

    [Fact]
    public async Task Connect_WithAClientCertificate_ShowsIt()
    {
        string? shown = null;
        await using var broker = new ScriptedBroker(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificates.Issue("broker", "127.0.0.1"),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = certificate?.Subject) is not null,
        });
        await using var client = Client(broker, new TlsOptions
        {
            CertificateAuthorities = _certificates.Authorities,
            ClientCertificate = _certificates.Issue("alice"),
        });

        Assert.Single((await client.Cluster.Metadata.RefreshAsync(default)).Brokers);
        Assert.Equal("CN=alice", shown);
    }

    [Fact]
    public async Task Connect_WithACertificateOfAnIntermediateAuthority_SendsThatToo()
    {
        var intermediate = _certificates.Intermediate();
        string[] sent = [];
        await using var broker = new ScriptedBroker(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificates.Issue("broker", "127.0.0.1"),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, _, chain, _) =>
            {
                sent = [.. chain!.ChainPolicy.ExtraStore.Select(certificate => certificate.Subject)];
                return true;
            },
        });
        await using var client = Client(broker, new TlsOptions
        {
            CertificateAuthorities = _certificates.Authorities,
            ClientCertificate = intermediate.Issue("alice"),
            ClientCertificateChain = intermediate.Authorities,
        });

        Assert.Single((await client.Cluster.Metadata.RefreshAsync(default)).Brokers);
        Assert.Contains("CN=LogBroker test intermediate", sent);
    }

    [Fact]
    public async Task Connect_ToABrokerThatRefusesTheClientsCertificate_DoesNotHideIt()
    {
        await using var broker = new ScriptedBroker(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificates.Issue("broker", "127.0.0.1"),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, _, _, _) => false,
        });
        await using var client = new LogBrokerClient(new ClientOptions
        {
            BootstrapServers = [broker.Bootstrap],
            Tls = new TlsOptions { CertificateAuthorities = _certificates.Authorities },
            ApiTimeout = TimeSpan.FromMilliseconds(300),
        });

        var failure = await Filling.RefreshFailureAsync(client);
        Assert.Contains("ClientCertificate", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ToAPlainListener_SaysSo()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient(new ClientOptions
        {
            BootstrapServers = [broker.Bootstrap],
            Tls = new TlsOptions(),
            ApiTimeout = TimeSpan.FromMilliseconds(300),
        });

        var failure = await Filling.RefreshFailureAsync(client);
        Assert.Contains("TLS", failure.Message, StringComparison.Ordinal);
    }

    private ScriptedBroker Broker(string name) =>
        new(new SslServerAuthenticationOptions { ServerCertificate = _certificates.Issue("broker", name) });

    private static LogBrokerClient Client(ScriptedBroker broker, TlsOptions tls) =>
        new(new ClientOptions { BootstrapServers = [broker.Bootstrap], Tls = tls });
}
