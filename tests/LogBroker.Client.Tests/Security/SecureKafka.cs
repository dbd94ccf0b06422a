using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Security;

/// <summary>Apache Kafka with listeners for SASL and TLS, certificates of the tests' own, and a session of four seconds.</summary>
public sealed class SecureKafka : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("logbroker-client-tls-").FullName;
    private readonly int _port = LoopbackPort.FindFree();
    private readonly int _securePort = LoopbackPort.FindFree();
    private readonly int _certifiedPort = LoopbackPort.FindFree();
    private Func<ValueTask> _stop = () => ValueTask.CompletedTask;

    internal TestCertificates Certificates => _certificates;

    /// <summary>A client of the listener without security, to set things up.</summary>
    internal LogBrokerClient Plain() => new($"127.0.0.1:{_port}");

    /// <summary>SASL without TLS.</summary>
    internal LogBrokerClient Sasl(SaslCredentials credentials) => new(new ClientOptions
    {
        BootstrapServers = [$"127.0.0.1:{_securePort}"],
        Sasl = credentials,
    });

    /// <summary>SASL inside TLS.</summary>
    internal LogBrokerClient SaslTls(SaslCredentials credentials) => new(new ClientOptions
    {
        BootstrapServers = [$"127.0.0.1:{_securePort + 1}"],
        Sasl = credentials,
        Tls = new TlsOptions { CertificateAuthorities = _certificates.Authorities },
    });

    /// <summary>TLS, for which the client needs a certificate too.</summary>
    internal LogBrokerClient Certified(TlsOptions tls) => new(new ClientOptions
    {
        BootstrapServers = [$"127.0.0.1:{_certifiedPort}"],
        Tls = tls,
        ApiTimeout = TimeSpan.FromSeconds(5),
    });

    public async Task InitializeAsync()
    {
        if (!ClientTarget.IsKafka) return;
        string keys = Path.Combine(_directory, "broker.pem");
        string trusted = Path.Combine(_directory, "authority.pem");
        await File.WriteAllTextAsync(keys, TestCertificates.ToPem(_certificates.Issue("broker", "127.0.0.1")));
        await File.WriteAllTextAsync(trusted, _certificates.AuthorityPem);
        var kafka = new ProcessTarget(_port, isKafka: true, Settings(keys, trusted));
        _stop = kafka.DisposeAsync;
        await kafka.StartAsync();
        await using var client = Plain();
        await client.Admin.ScramUsers.UpsertAsync("alice", "alice-secret", ScramMechanism.Sha256, 4096);
        await client.Admin.ScramUsers.UpsertAsync("alice", "alice-secret", ScramMechanism.Sha512, 4096);
        await client.Admin.ScramUsers.UpsertAsync("odd=name,", "p,=", ScramMechanism.Sha256, 4096);
    }

    public async Task DisposeAsync()
    {
        await _stop();
        Directory.Delete(_directory, recursive: true);
    }

    private IEnumerable<(string, string)> Settings(string keys, string trusted)
    {
        const string Package = "org.apache.kafka.common.security";
        string listeners =
            $"PLAINTEXT://127.0.0.1:{_port},SASL://127.0.0.1:{_securePort},SASLTLS://127.0.0.1:{_securePort + 1}," +
            $"TLS://127.0.0.1:{_certifiedPort}";
        yield return ("auto.create.topics.enable", "false");
        yield return ("listeners", $"{listeners},CONTROLLER://127.0.0.1:{_port + 1}");
        yield return ("advertised.listeners", listeners);
        yield return ("listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,SASLTLS:SASL_SSL,TLS:SSL");
        yield return ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER");
        yield return ("connections.max.reauth.ms", "4000");
        yield return ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        yield return ("super.users", "User:ANONYMOUS");
        yield return ("allow.everyone.if.no.acl.found", "true");
        yield return ("delegation.token.secret.key", "a secret of the tests");
        yield return ("ssl.keystore.type", "PEM");
        yield return ("ssl.keystore.location", keys);
        yield return ("ssl.truststore.type", "PEM");
        yield return ("ssl.truststore.location", trusted);
        yield return ("listener.name.tls.ssl.client.auth", "required");
        foreach (string listener in new[] { "sasl", "sasltls" })
        {
            string prefix = $"listener.name.{listener}";
            yield return ($"{prefix}.plain.sasl.jaas.config",
                $"{Package}.plain.PlainLoginModule required user_alice=\"alice-secret\";");
            yield return ($"{prefix}.scram-sha-256.sasl.jaas.config", $"{Package}.scram.ScramLoginModule required;");
            yield return ($"{prefix}.scram-sha-512.sasl.jaas.config", $"{Package}.scram.ScramLoginModule required;");
            yield return ($"{prefix}.oauthbearer.sasl.jaas.config",
                $"{Package}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";");
            yield return ($"{prefix}.oauthbearer.sasl.server.callback.handler.class",
                $"{Package}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler");
        }
    }
}
