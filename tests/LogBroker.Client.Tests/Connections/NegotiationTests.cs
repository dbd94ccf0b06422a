using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Consuming;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Connections;

/// <summary>What client and broker settle before and between requests.</summary>
public sealed class NegotiationTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task ApiVersions_TooNewForTheBroker_AreAskedAgainInItsVersion()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<ApiVersionsRequest>((_, version) => version <= 2
            ? broker.Versions()
            : new ApiVersionsResponse
            {
                ErrorCode = ErrorCode.UnsupportedVersion,
                ApiKeys = [new() { ApiKey = (short)ApiKey.ApiVersions, MinVersion = 0, MaxVersion = 2 }],
            });
        await using var client = new LogBrokerClient(broker.Bootstrap);

        Assert.Single((await client.Cluster.Metadata.RefreshAsync(default)).Brokers);
        Assert.Equal([4, 2], broker.Requests.Where(seen => seen.Request is ApiVersionsRequest).Take(2).Select(seen => (int)seen.Version));
    }

    [Fact]
    public async Task Send_PicksTheHighestVersionBothKnow()
    {
        await using var broker = new ScriptedBroker { VersionMax = { [ApiKey.Heartbeat] = 2 } };
        broker.Answer<HeartbeatRequest>((_, _) => new HeartbeatResponse());
        await using var client = new LogBrokerClient(broker.Bootstrap);
        var connection = await ConnectAsync(client);

        await connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, Timeout, default);
        await connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, 1, Timeout, default);

        Assert.Equal([2, 1], broker.Requests.Where(seen => seen.Request is HeartbeatRequest).Select(seen => (int)seen.Version));
    }

    [Fact]
    public async Task Send_OfAnApiTheBrokerLacks_SaysWhatIsMissing()
    {
        await using var broker = new ScriptedBroker { VersionMax = { [ApiKey.Heartbeat] = -1 } };
        await using var client = new LogBrokerClient(broker.Bootstrap);
        var connection = await ConnectAsync(client);

        var failure = await Assert.ThrowsAsync<KafkaException>(
            () => connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, Timeout, default));

        Assert.Equal(ErrorCode.UnsupportedVersion, failure.ErrorCode);
        Assert.False(connection.Supports(ApiKey.Heartbeat));
    }

    [Fact]
    public async Task Send_AfterTheBrokerAskedForSilence_Waits()
    {
        var time = new ManualTimeProvider();
        var silence = TimeSpan.FromMinutes(2);
        TimeSpan lastAt = default;
        await using var broker = new ScriptedBroker();
        broker.Answer<HeartbeatRequest>((_, _) =>
        {
            lastAt = time.GetElapsedTime(0);
            return new HeartbeatResponse { ThrottleTimeMs = (int)silence.TotalMilliseconds };
        });
        await using var client = new LogBrokerClient(new ClientOptions { BootstrapServers = [broker.Bootstrap], TimeProvider = time });
        var connection = await ConnectAsync(client).WaitAsync(Timeout);

        await connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, Timeout, default).WaitAsync(Timeout);
        // What it may take begins when the silence is over.
        var next = connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, silence / 2, default);
        await Filling.UntilAsync(() => time.HasTimerIn(silence), "the silence is kept");
        time.Advance(silence);

        await next.WaitAsync(Timeout);
        Assert.Equal(silence, lastAt);
    }

    [Fact]
    public async Task Dispatch_OfMany_KeepsTheirOrder()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<HeartbeatRequest>((_, _) => new HeartbeatResponse());
        await using var client = new LogBrokerClient(broker.Bootstrap);
        var connection = await ConnectAsync(client);

        var answers = new List<Task<HeartbeatResponse>>();
        for (int i = 0; i < 100; i++)
        {
            answers.Add(await connection.DispatchAsync(
                new HeartbeatRequest { GroupId = "g", MemberId = "m", GenerationId = i }, short.MaxValue, Timeout, default));
        }
        await Task.WhenAll(answers);

        var sent = broker.Requests.Select(seen => seen.Request).OfType<HeartbeatRequest>().Select(request => request.GenerationId);
        Assert.Equal(Enumerable.Range(0, 100), sent);
    }

    [Fact]
    public async Task Connect_ToAListenerThatHangsUp_HintsAtTls()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<ApiVersionsRequest>((_, _) => throw new InvalidOperationException("no"));
        await using var client = new LogBrokerClient(new ClientOptions
        {
            BootstrapServers = [broker.Bootstrap],
            ApiTimeout = TimeSpan.FromMilliseconds(300),
        });

        var failure = await Filling.RefreshFailureAsync(client);

        Assert.IsType<RequestTimedOutException>(failure);
        Assert.Contains("TLS", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:9092", "localhost", 9092)]
    [InlineData("[::1]:9092", "::1", 9092)]
    [InlineData("SASL_SSL://broker.example.org:9093", "broker.example.org", 9093)]
    public void BrokerAddress_WellWritten_IsRead(string text, string host, int port)
    {
        Assert.True(BrokerAddress.TryParse(text, out var address));
        Assert.Equal(new BrokerAddress(host, port), address);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData(":9092")]
    [InlineData("localhost:0")]
    [InlineData("localhost:70000")]
    [InlineData("::1:9092")]
    public void Options_WithAnAddressBadlyWritten_SayHowToWriteIt(string text)
    {
        var failure = Assert.Throws<ClientOptionsException>(() => new LogBrokerClient(text));
        Assert.Contains("host:port", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<BrokerConnection> ConnectAsync(LogBrokerClient client)
    {
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        return await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Group, default);
    }
}
