using System.Buffers.Text;
using System.Text;
using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Admin;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Security;

/// <summary>Every mechanism against Apache Kafka's own implementation of it.</summary>
public sealed class SecureKafkaTests(SecureKafka kafka) : IClassFixture<SecureKafka>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [KafkaOnlyFact]
    public Task Plain_IsAccepted() => AssertAcceptedAsync(SaslCredentials.Plain("alice", "alice-secret"));

    [KafkaOnlyFact]
    public Task ScramSha256_IsAccepted() => AssertAcceptedAsync(SaslCredentials.ScramSha256("alice", "alice-secret"));

    [KafkaOnlyFact]
    public Task ScramSha512_IsAccepted() => AssertAcceptedAsync(SaslCredentials.ScramSha512("alice", "alice-secret"));

    [KafkaOnlyFact]
    public Task Scram_OfANameWithCommasAndEquals_IsAccepted() => AssertAcceptedAsync(SaslCredentials.ScramSha256("odd=name,", "p,="));

    [KafkaOnlyFact]
    public Task OAuthBearer_IsAccepted() =>
        AssertAcceptedAsync(SaslCredentials.OAuthBearer(_ => ValueTask.FromResult(UnsecuredToken(TimeSpan.FromHours(1)))));

    [KafkaOnlyFact]
    public async Task WrongPasswordsAndTokens_AreRefusedAtOnce()
    {
        await AssertRefusedAsync(SaslCredentials.Plain("alice", "wrong"));
        await AssertRefusedAsync(SaslCredentials.ScramSha256("alice", "wrong"));
        await AssertRefusedAsync(SaslCredentials.ScramSha512("nobody", "wrong"));
        await AssertRefusedAsync(SaslCredentials.OAuthBearer(_ => ValueTask.FromResult(UnsecuredToken(TimeSpan.FromHours(-1)))));
    }

    [KafkaOnlyFact]
    public async Task Session_ThatEnds_IsRenewedOnTheSameConnection()
    {
        await using var client = kafka.Sasl(SaslCredentials.ScramSha256("alice", "alice-secret"));
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        var connection = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);

        for (int i = 0; i < 24; i++)
        {
            await connection.SendAsync(new MetadataRequest { Topics = [] }, Timeout, default);
            await Task.Delay(250);
        }

        Assert.True(connection.IsOpen);
        Assert.Same(connection, await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default));
    }

    [KafkaOnlyFact]
    public async Task Tls_WithAClientCertificate_IsAccepted()
    {
        await using var client = kafka.Certified(new TlsOptions
        {
            CertificateAuthorities = kafka.Certificates.Authorities,
            ClientCertificate = kafka.Certificates.Issue("alice"),
        });

        Assert.Single((await client.Admin.Cluster.DescribeAsync()).Brokers);
    }

    [KafkaOnlyFact]
    public async Task Tls_WithoutAClientCertificate_IsRefused()
    {
        await using var client = kafka.Certified(new TlsOptions { CertificateAuthorities = kafka.Certificates.Authorities });

        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(() => client.Admin.Cluster.DescribeAsync());
        Assert.Contains("certificate", failure.Message, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task Acl_ThatDenies_IsFeltListedAndDeleted()
    {
        await using var admin = kafka.Plain();
        await using var alice = kafka.Sasl(SaslCredentials.Plain("alice", "alice-secret"));
        string topic = ClientTarget.NewName("secret");
        await admin.Admin.Topics.CreateAsync(topic, 1);
        await TopicAdminTests.EventuallyAsync(() => alice.Admin.Topics.DescribeAsync(topic), told => told.Partitions.Length == 1);
        var denied = new AclBinding(AclResourceType.Topic, topic, "User:alice", AclOperation.All) { Permission = AclPermission.Deny };

        await admin.Admin.Acls.CreateAsync([denied]);

        var filter = new AclFilter { ResourceType = AclResourceType.Topic, ResourceName = topic };
        await TopicAdminTests.EventuallyAsync(() => admin.Admin.Acls.DescribeAsync(filter), found => found.SequenceEqual([denied]));
        var failure = await Assert.ThrowsAsync<KafkaException>(() => alice.Admin.Topics.DescribeAsync(topic));
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, failure.ErrorCode);
        Assert.Equal([denied], await admin.Admin.Acls.DeleteAsync([filter]));
        await TopicAdminTests.EventuallyAsync(() => admin.Admin.Acls.DescribeAsync(filter), found => found.Count == 0);
    }

    [KafkaOnlyFact]
    public async Task DelegationToken_OfAUser_StandsForIt()
    {
        await using var alice = kafka.Sasl(SaslCredentials.ScramSha256("alice", "alice-secret"));
        var token = await alice.Admin.DelegationTokens.CreateAsync(["User:bob"], lifetimeMax: TimeSpan.FromHours(1));
        Assert.Equal("User:alice", token.Owner);
        await TopicAdminTests.EventuallyAsync(
            () => alice.Admin.DelegationTokens.DescribeAsync(), tokens => tokens.Any(found => found.TokenId == token.TokenId));

        await AssertAcceptedAsync(SaslCredentials.DelegationToken(token.TokenId, token.HmacText));

        Assert.True(await alice.Admin.DelegationTokens.RenewAsync(token.Hmac, TimeSpan.FromMinutes(5)) > DateTimeOffset.UtcNow);
        await alice.Admin.DelegationTokens.ExpireAsync(token.Hmac);
        await TopicAdminTests.EventuallyAsync(
            () => alice.Admin.DelegationTokens.DescribeAsync(), tokens => tokens.All(found => found.TokenId != token.TokenId));
    }

    private async Task AssertAcceptedAsync(SaslCredentials credentials)
    {
        await using var plain = kafka.Sasl(credentials);
        Assert.Single((await plain.Admin.Cluster.DescribeAsync()).Brokers);
        await using var tls = kafka.SaslTls(credentials);
        Assert.Single((await tls.Admin.Cluster.DescribeAsync()).Brokers);
    }

    private async Task AssertRefusedAsync(SaslCredentials credentials)
    {
        await using var client = kafka.Sasl(credentials);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => client.Admin.Cluster.DescribeAsync());
    }

    private static OAuthBearerToken UnsecuredToken(TimeSpan life)
    {
        var now = DateTimeOffset.UtcNow;
        string claims = $$"""{"sub":"alice","iat":{{(now - TimeSpan.FromHours(2)).ToUnixTimeSeconds()}},"exp":{{(now + life).ToUnixTimeSeconds()}}}""";
        return new OAuthBearerToken($"{Encode("""{"alg":"none"}""")}.{Encode(claims)}.");
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
