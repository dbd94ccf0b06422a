using System.Collections.Immutable;
using System.Net;
using System.Text;
using LogBroker.Client.Connections;
using LogBroker.Client.Security;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Security;

/// <summary>How the client tells who it is, against brokers that follow a script.</summary>
public sealed class SaslTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public void Scram_WithTheNumbersOfRfc7677_GivesItsProof()
    {
        var exchange = new ScramExchange(ScramHash.Sha256, new SaslLogin("user", "pencil"), false, "rOprNGfwEbeRWgbNEkqO");

        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Encoding.UTF8.GetString(exchange.First));
        byte[]? proof = exchange.Answer(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"u8);
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Encoding.UTF8.GetString(proof!));
        Assert.Null(exchange.Answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="u8));
    }

    [Theory]
    [InlineData("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=nonce,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=nonce1,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1")]
    [InlineData("r=nonce1,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2147483647")]
    [InlineData("r=nonce1,s=!,i=4096")]
    [InlineData("r=nonce1,i=4096")]
    public void Scram_WithAWrongChallenge_IsRefused(string challenge)
    {
        var exchange = new ScramExchange(ScramHash.Sha512, new SaslLogin("a=b,c", "p"), false, "nonce");

        Assert.Equal("n,,n=a=3Db=2Cc,r=nonce", Encoding.UTF8.GetString(exchange.First));
        Assert.Throws<AuthenticationFailedException>(() => exchange.Answer(Encoding.UTF8.GetBytes(challenge)));
    }

    [Fact]
    public void Scram_FromABrokerThatDoesNotKnowThePassword_IsRefused()
    {
        var exchange = new ScramExchange(ScramHash.Sha256, new SaslLogin("user", "pencil"), false, "nonce");
        exchange.Answer("r=nonce1,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"u8);

        Assert.Throws<AuthenticationFailedException>(
            () => exchange.Answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="u8));
    }

    [Fact]
    public async Task Plain_IsSentAfterTheHandshake()
    {
        await using var broker = SaslBroker();
        await using var client = Client(broker, SaslCredentials.Plain("alice", "secret"));

        await client.Cluster.Metadata.RefreshAsync(default);

        var sent = broker.Requests.Select(seen => seen.Request).OfType<SaslAuthenticateRequest>().First();
        Assert.Equal("\0alice\0secret", Encoding.UTF8.GetString(sent.AuthBytes.Span));
    }

    [Fact]
    public async Task Connect_WithAMechanismTheBrokerLacks_NamesThoseItHas()
    {
        await using var broker = SaslBroker();
        broker.Answer<SaslHandshakeRequest>((_, _) => new SaslHandshakeResponse
        {
            ErrorCode = ErrorCode.UnsupportedSaslMechanism,
            Mechanisms = ["SCRAM-SHA-512"],
        });
        await using var client = Client(broker, SaslCredentials.Plain("alice", "secret"));

        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => client.Cluster.Metadata.RefreshAsync(default).AsTask());
        Assert.Contains("SCRAM-SHA-512", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WithAWrongPassword_FailsAtOnceAndDoesNotGoOnTrying()
    {
        await using var broker = SaslBroker();
        broker.Answer<SaslAuthenticateRequest>((_, _) => new SaslAuthenticateResponse
        {
            ErrorCode = ErrorCode.SaslAuthenticationFailed,
            ErrorMessage = "Invalid username or password",
        });
        await using var client = Client(broker, SaslCredentials.Plain("alice", "wrong"));

        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => client.Cluster.Metadata.RefreshAsync(default).AsTask());

        Assert.Contains("Invalid username or password", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsRetriable);
        int tries = broker.CountOf(ApiKey.SaslAuthenticate);
        await Task.Delay(400);
        Assert.Equal(tries, broker.CountOf(ApiKey.SaslAuthenticate));
    }

    [Fact]
    public async Task Send_BeforeTheSessionEnds_AuthenticatesAgainFirst()
    {
        var time = new ManualTimeProvider();
        await using var broker = SaslBroker(sessionLifetimeMs: 300);
        broker.Answer<HeartbeatRequest>((_, _) => new HeartbeatResponse());
        await using var client = Client(broker, SaslCredentials.Plain("alice", "secret"), time);
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Timeout)).Brokers.Keys.Single();
        var connection = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Group, default).AsTask().WaitAsync(Timeout);
        int before = broker.CountOf(ApiKey.SaslAuthenticate);

        time.Advance(TimeSpan.FromMilliseconds(300));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, Timeout, default))).WaitAsync(Timeout);

        Assert.True(connection.IsOpen);
        Assert.Equal(before + 1, broker.CountOf(ApiKey.SaslAuthenticate));
        var order = broker.Requests.Select(seen => seen.Request.ApiKey).TakeLast(22).ToArray();
        Assert.Equal([ApiKey.SaslHandshake, ApiKey.SaslAuthenticate], order[..2]);
        Assert.All(order[2..], api => Assert.Equal(ApiKey.Heartbeat, api));
    }

    [Fact]
    public async Task OAuthBearer_SendsTokenAndExtensions()
    {
        await using var broker = SaslBroker();
        var token = new OAuthBearerToken("abc.def.") { Extensions = new Dictionary<string, string> { ["logicalCluster"] = "lkc-1" }.ToImmutableDictionary() };
        await using var client = Client(broker, SaslCredentials.OAuthBearer(_ => ValueTask.FromResult(token)));

        await client.Cluster.Metadata.RefreshAsync(default);

        var sent = broker.Requests.Select(seen => seen.Request).OfType<SaslAuthenticateRequest>().First();
        Assert.Equal(
            "n,,\u0001auth=Bearer abc.def.\u0001logicalCluster=lkc-1\u0001\u0001", Encoding.UTF8.GetString(sent.AuthBytes.Span));
    }

    [Fact]
    public async Task OAuthClientCredentials_AskTheProviderOnceForManyConnections()
    {
        var asked = new List<string>();
        var options = new OAuthClientCredentialsOptions
        {
            TokenEndpoint = new Uri("https://login.example.org/token"),
            ClientId = "me",
            ClientSecret = "p%w",
            Scope = "kafka",
            HttpClientFactory = () => new HttpClient(new Provider(async request =>
            {
                asked.Add($"{request.Headers.Authorization} {await request.Content!.ReadAsStringAsync()}");
                return (HttpStatusCode.OK, """{"access_token":"t1","expires_in":3600}""");
            })),
        };
        await using var broker = SaslBroker();
        await using var client = Client(broker, SaslCredentials.OAuthClientCredentials(options));

        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);
        await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Fetch, default);

        string login = Convert.ToBase64String("me:p%25w"u8);
        Assert.Equal([$"Basic {login} grant_type=client_credentials&scope=kafka"], asked);
        Assert.Equal(3, broker.CountOf(ApiKey.SaslAuthenticate));
    }

    [Fact]
    public async Task OAuthClientCredentials_RefusedByTheProvider_AreToldSo()
    {
        var options = new OAuthClientCredentialsOptions
        {
            TokenEndpoint = new Uri("https://login.example.org/token"),
            ClientId = "me",
            ClientSecret = "wrong",
            HttpClientFactory = () => new HttpClient(new Provider(_ =>
                Task.FromResult((HttpStatusCode.Unauthorized, """{"error":"invalid_client"}""")))),
        };
        await using var broker = SaslBroker();
        await using var client = Client(broker, SaslCredentials.OAuthClientCredentials(options));

        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => client.Cluster.Metadata.RefreshAsync(default).AsTask());
        Assert.Contains("invalid_client", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OAuthClientCredentials_FromAProviderThatRestarts_AreAskedForAgain()
    {
        int asked = 0;
        await using var broker = SaslBroker();
        await using var client = Client(broker, Credentials(() => Interlocked.Increment(ref asked) switch
        {
            1 => (HttpStatusCode.ServiceUnavailable, "restarting"),
            2 => (HttpStatusCode.TooManyRequests, "slowly"),
            _ => (HttpStatusCode.OK, """{"access_token":"t1","expires_in":3600}"""),
        }));

        Assert.Single((await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Timeout)).Brokers);
        Assert.Equal(3, asked);
    }

    [Theory]
    [InlineData("\"3599\"")]
    [InlineData("3599.5")]
    [InlineData("1e300")]
    public async Task OAuthClientCredentials_WhateverTheFormOfTheirTime_AreKept(string expiresIn)
    {
        int asked = 0;
        await using var broker = SaslBroker();
        await using var client = Client(broker, Credentials(() =>
        {
            Interlocked.Increment(ref asked);
            return (HttpStatusCode.OK, $$"""{"access_token":"t1","expires_in":{{expiresIn}}}""");
        }));

        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);

        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("""{"access_token":"t1"}""")]
    [InlineData("""{"access_token":"t1","expires_in":"soon"}""")]
    [InlineData("""{"access_token":"t1","expires_in":null}""")]
    public async Task OAuthClientCredentials_WithoutATime_AreUsedAndNotKept(string answer)
    {
        await using var broker = SaslBroker();
        await using var client = Client(broker, Credentials(() => (HttpStatusCode.OK, answer)));

        Assert.Single((await client.Cluster.Metadata.RefreshAsync(default)).Brokers);
    }

    [Theory]
    [InlineData("""{"access_token":null}""")]
    [InlineData("""{"access_token":""}""")]
    [InlineData("""{"token":"t1"}""")]
    [InlineData("[]")]
    [InlineData("<html/>")]
    public async Task OAuthClientCredentials_WithoutAToken_AreToldSo(string answer)
    {
        await using var broker = SaslBroker();
        await using var client = Client(broker, Credentials(() => (HttpStatusCode.OK, answer)));

        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => client.Cluster.Metadata.RefreshAsync(default).AsTask());
        Assert.Contains("without a token", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OAuthClientCredentials_OverPlainHttp_AreRefusedButOnThisMachine()
    {
        var options = new OAuthClientCredentialsOptions
        {
            TokenEndpoint = new Uri("http://user:hidden@login.example.org/token?key=hidden"),
            ClientId = "me",
            ClientSecret = "s",
        };

        var failure = Assert.Throws<ClientOptionsException>(() => SaslCredentials.OAuthClientCredentials(options));
        Assert.Contains("https", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", failure.Message + options, StringComparison.Ordinal);
        Assert.NotNull(SaslCredentials.OAuthClientCredentials(options with { TokenEndpoint = new Uri("http://127.0.0.1:8080/token") }));
    }

    [Fact]
    public async Task Connect_WithCredentialsThatNeverCome_EndsInItsTime()
    {
        var never = new TaskCompletionSource<OAuthBearerToken>();
        await using var broker = SaslBroker();
        await using var client = new LogBrokerClient(new ClientOptions
        {
            BootstrapServers = [broker.Bootstrap],
            Sasl = SaslCredentials.OAuthBearer(_ => new ValueTask<OAuthBearerToken>(never.Task)),
            RequestTimeout = TimeSpan.FromMilliseconds(200),
        });

        var failure = await Assert.ThrowsAsync<BrokerUnavailableException>(
            () => client.Cluster.ConnectAsync(-1, ConnectionLane.Control, default).AsTask().WaitAsync(Timeout));
        Assert.Contains("RequestTimeout", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WithCredentialsThatFail_TellsThatItWasThem()
    {
        await using var broker = SaslBroker();
        await using var client = Client(broker, SaslCredentials.OAuthBearer(_ => throw new InvalidOperationException("the vault is shut")));

        var failure = await Assert.ThrowsAsync<BrokerUnavailableException>(
            () => client.Cluster.ConnectAsync(-1, ConnectionLane.Control, default).AsTask());
        Assert.Contains("credentials failed: the vault is shut", failure.Message, StringComparison.Ordinal);
    }

    private static SaslCredentials Credentials(Func<(HttpStatusCode Status, string Body)> answer) =>
        SaslCredentials.OAuthClientCredentials(new OAuthClientCredentialsOptions
        {
            TokenEndpoint = new Uri("https://login.example.org/token"),
            ClientId = "me",
            ClientSecret = "s",
            HttpClientFactory = () => new HttpClient(new Provider(_ => Task.FromResult(answer()))),
        });

    private static ScriptedBroker SaslBroker(long sessionLifetimeMs = 0)
    {
        var broker = new ScriptedBroker();
        broker.Answer<SaslHandshakeRequest>((request, _) => new SaslHandshakeResponse { Mechanisms = [request.Mechanism] });
        broker.Answer<SaslAuthenticateRequest>((_, _) => new SaslAuthenticateResponse { SessionLifetimeMs = sessionLifetimeMs });
        return broker;
    }

    private static LogBrokerClient Client(ScriptedBroker broker, SaslCredentials sasl, TimeProvider? time = null) =>
        new(new ClientOptions { BootstrapServers = [broker.Bootstrap], Sasl = sasl, TimeProvider = time ?? TimeProvider.System });

    private sealed class Provider(Func<HttpRequestMessage, Task<(HttpStatusCode Status, string Body)>> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (status, body) = await answer(request);
            return new HttpResponseMessage(status) { Content = new StringContent(body) };
        }
    }
}
