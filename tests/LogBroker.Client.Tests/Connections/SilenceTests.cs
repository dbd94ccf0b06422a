using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Consuming;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Connections;

/// <summary>What holds requests back: silence a broker asked for, and a session about to end.</summary>
public sealed class SilenceTests
{
    /// <summary>Longer than the clock is moved in any test.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromDays(7);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Silence_AskedForTwice_LastsUntilTheLaterEnd()
    {
        int answers = 0;
        TimeSpan lastAt = default;
        var bothSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var broker = new ScriptedBroker();
        broker.AnswerLater<HeartbeatRequest>(async (_, _) =>
        {
            lastAt = _time.GetElapsedTime(0);
            // An answer that came before the second request was sent would hold that one back too.
            await bothSent.Task;
            return new HeartbeatResponse
            {
                ThrottleTimeMs = Interlocked.Increment(ref answers) switch { 1 => 100, 2 => 20_000, _ => 0 },
            };
        });
        await using var client = Client(broker);
        var connection = await ConnectAsync(client);
        var first = await connection.DispatchAsync(Heartbeat(), short.MaxValue, Timeout, default).WaitAsync(Patience);
        var second = await connection.DispatchAsync(Heartbeat(), short.MaxValue, Timeout, default).WaitAsync(Patience);
        bothSent.SetResult();
        await Task.WhenAll(first, second).WaitAsync(Patience);

        var third = connection.SendAsync(Heartbeat(), Timeout, default);
        await Filling.EndAsync(_time, TimeSpan.FromSeconds(1), third);
        await third;

        Assert.True(lastAt >= TimeSpan.FromSeconds(20), $"sent after {lastAt}");
        Assert.True(connection.SilenceLeft <= TimeSpan.Zero);
    }

    [Fact]
    public async Task Silence_OfAConnectionThatEnds_KeepsNobodyWaiting()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<HeartbeatRequest>((_, _) => new HeartbeatResponse { ThrottleTimeMs = 300_000 });
        await using var client = Client(broker);
        var connection = await ConnectAsync(client);
        await connection.SendAsync(Heartbeat(), Timeout, default).WaitAsync(Patience);

        var waiting = connection.SendAsync(Heartbeat(), Timeout, default);
        Assert.True(connection.SilenceLeft > TimeSpan.FromMinutes(4));
        await connection.DisposeAsync();

        await Assert.ThrowsAsync<BrokerUnavailableException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Session_ThatEndsDuringSilence_IsRenewedBeforeTheNextRequest()
    {
        int heartbeats = 0;
        await using var broker = SaslBroker(sessionLifetimeMs: 10_000);
        broker.Answer<HeartbeatRequest>((_, _) => new HeartbeatResponse
        {
            ThrottleTimeMs = Interlocked.Increment(ref heartbeats) == 1 ? 20_000 : 0,
        });
        await using var client = Client(broker, SaslCredentials.Plain("alice", "secret"));
        var connection = await ConnectAsync(client);
        await connection.SendAsync(Heartbeat(), Timeout, default).WaitAsync(Patience);

        var next = connection.SendAsync(Heartbeat(), Timeout, default);
        await Filling.EndAsync(_time, TimeSpan.FromSeconds(1), next);
        await next;

        var last = broker.Requests.Select(seen => seen.Request.ApiKey).TakeLast(3);
        Assert.Equal([ApiKey.SaslHandshake, ApiKey.SaslAuthenticate, ApiKey.Heartbeat], last);
    }

    [Fact]
    public async Task Session_OfAlmostForEver_IsNotRenewed()
    {
        await using var broker = SaslBroker(sessionLifetimeMs: 250_000_000_000_000);
        broker.Answer<HeartbeatRequest>((_, _) => new HeartbeatResponse());
        await using var client = new LogBrokerClient(
            new ClientOptions { BootstrapServers = [broker.Bootstrap], Sasl = SaslCredentials.Plain("alice", "secret") });
        var connection = await ConnectAsync(client);
        int before = broker.CountOf(ApiKey.SaslAuthenticate);

        for (int i = 0; i < 3; i++) await connection.SendAsync(Heartbeat(), Timeout, default);

        Assert.Equal(before, broker.CountOf(ApiKey.SaslAuthenticate));
    }

    private static HeartbeatRequest Heartbeat() => new() { GroupId = "g", MemberId = "m" };

    private static ScriptedBroker SaslBroker(long sessionLifetimeMs)
    {
        var broker = new ScriptedBroker();
        broker.Answer<SaslHandshakeRequest>((request, _) => new SaslHandshakeResponse { Mechanisms = [request.Mechanism] });
        broker.Answer<SaslAuthenticateRequest>((_, _) => new SaslAuthenticateResponse { SessionLifetimeMs = sessionLifetimeMs });
        return broker;
    }

    private LogBrokerClient Client(ScriptedBroker broker, SaslCredentials? sasl = null) => new(new ClientOptions
    {
        BootstrapServers = [broker.Bootstrap],
        Sasl = sasl,
        TimeProvider = _time,
        RequestTimeout = Timeout,
        MetadataAgeMax = Timeout,
        ConnectionIdleMax = Timeout,
    });

    private static async Task<BrokerConnection> ConnectAsync(LogBrokerClient client)
    {
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Patience)).Brokers.Keys.Single();
        return await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Group, default).AsTask().WaitAsync(Patience);
    }
}
