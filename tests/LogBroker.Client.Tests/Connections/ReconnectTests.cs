using System.Net;
using System.Net.Sockets;
using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Connections;

/// <summary>Connections end, brokers go and come back; the client finds its way.</summary>
public sealed class ReconnectTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Connect_AfterTheBrokerRestarted_WorksAgain()
    {
        await using var unobserved = new UnobservedFailures();
        await using (var target = await ClientTarget.StartAsync())
        {
            await using var client = target.NewClient();
            var cluster = client.Cluster;
            int nodeId = (await cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
            var before = await cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);

            await target.StopAsync();
            await before.Closed;
            await Assert.ThrowsAsync<BrokerUnavailableException>(
                () => cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default).AsTask());
            await Assert.ThrowsAsync<BrokerUnavailableException>(
                () => before.SendAsync(new MetadataRequest { Topics = [] }, Timeout, default));
            await target.StartAgainAsync();

            var after = await EventuallyAsync(() => cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default).AsTask());
            Assert.NotSame(before, after);
            Assert.NotEmpty((await after.SendAsync(new MetadataRequest { Topics = [] }, Timeout, default)).Brokers);
        }
    }

    [Fact]
    public async Task Refresh_WhileTheBrokerIsAway_WaitsUntilItIsBack()
    {
        await using var target = await ClientTarget.StartAsync();
        await using var client = target.NewClient();
        await client.Cluster.Metadata.RefreshAsync(default);

        await target.StopAsync();
        var refreshing = client.Cluster.Metadata.RefreshAsync(default).AsTask();
        await Task.Delay(300);
        Assert.False(refreshing.IsCompleted);
        await target.StartAgainAsync();

        Assert.Single((await refreshing).Brokers);
    }

    [Fact]
    public async Task Send_CutInTheMiddle_FailsAndTheNextConnectionWorks()
    {
        await using var unobserved = new UnobservedFailures();
        await using (var broker = new ScriptedBroker())
        {
            broker.Answer<HeartbeatRequest>((_, _) => null);
            await using var client = Client(broker);
            int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
            var connection = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Group, default);

            var waiting = connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, Timeout, default);
            var abandoned = await connection.DispatchAsync(
                new HeartbeatRequest { GroupId = "g", MemberId = "m" }, short.MaxValue, Timeout, default);
            await UntilAsync(() => broker.Requests.Count(seen => seen.Request is HeartbeatRequest) == 2);
            broker.Cut();

            await Assert.ThrowsAsync<BrokerUnavailableException>(() => waiting);
            await UntilAsync(() => abandoned.IsCompleted);
            Assert.False(connection.IsOpen);
            Assert.True((await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Group, default)).IsOpen);
        }
    }

    [Fact]
    public async Task Send_NotAnsweredInTime_ClosesTheConnection()
    {
        await using var unobserved = new UnobservedFailures();
        await using (var broker = new ScriptedBroker())
        {
            broker.Answer<HeartbeatRequest>((_, _) => null);
            await using var client = Client(broker);
            int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
            var connection = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Group, default);

            await Assert.ThrowsAsync<RequestTimedOutException>(() => connection.SendAsync(
                new HeartbeatRequest { GroupId = "g", MemberId = "m" }, TimeSpan.FromMilliseconds(50), default));

            await connection.Closed;
            Assert.True((await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Group, default)).IsOpen);
        }
    }

    [Fact]
    public async Task Send_Cancelled_GivesUpTheWaitAndKeepsTheConnection()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<HeartbeatRequest>((_, _) => null);
        await using var client = Client(broker);
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        var connection = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Group, default);
        using var given = new CancellationTokenSource();

        var waiting = connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, Timeout, given.Token);
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(connection.IsOpen);
    }

    [Fact]
    public async Task Bootstrap_WithOneAddressDead_UsesTheOther()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient(
            options => options with { BootstrapServers = [.. Enumerable.Range(0, 9).Select(_ => $"127.0.0.1:{LoopbackPort.FindFree()}"), target.Bootstrap] });

        Assert.Single((await client.Cluster.Metadata.RefreshAsync(default)).Brokers);
    }

    [Fact]
    public async Task Bootstrap_WithOneAddressSilent_AsksTheOtherAfterAMoment()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        string address = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient(
            options => options with { BootstrapServers = [address, address, address, address, target.Bootstrap] });

        // Chance may take each of the silent ones first, and rests a second with each.
        Assert.Single((await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Timeout * 3)).Brokers);
    }

    [Fact]
    public async Task Bootstrap_WithNobodyThere_SaysSoInTime()
    {
        await using var unobserved = new UnobservedFailures();
        var options = new ClientOptions
        {
            BootstrapServers = [$"127.0.0.1:{LoopbackPort.FindFree()}"],
            ApiTimeout = TimeSpan.FromMilliseconds(300),
        };
        await using (var client = new LogBrokerClient(options))
        {
            var failure = await Assert.ThrowsAsync<RequestTimedOutException>(
                () => client.Cluster.Metadata.RefreshAsync(default).AsTask());
            Assert.Contains(options.BootstrapServers[0], failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refresh_WithAllKnownBrokersGone_ComesBackThroughTheBootstrapAddress()
    {
        var first = new ScriptedBroker();
        await using var second = new ScriptedBroker();
        int bootstrapPort = LoopbackPort.FindFree();
        await using var proxy = new FaultProxy(bootstrapPort, first.Port);
        await using var client = new LogBrokerClient($"127.0.0.1:{bootstrapPort}");
        var before = await client.Cluster.Metadata.RefreshAsync(default);
        Assert.Equal(first.Port, before.Brokers[1].Port);

        await first.DisposeAsync();
        proxy.BrokerPort = second.Port;

        var after = await client.Cluster.Metadata.RefreshAsync(default);
        Assert.Equal(second.Port, after.Brokers[1].Port);
        Assert.True((await client.Cluster.ConnectAsync(1, ConnectionLane.Produce, default)).IsOpen);
    }

    [Fact]
    public async Task Refresh_WithRecoveryOff_StaysWithTheBrokersItKnows()
    {
        var first = new ScriptedBroker();
        await using var second = new ScriptedBroker();
        int bootstrapPort = LoopbackPort.FindFree();
        await using var proxy = new FaultProxy(bootstrapPort, first.Port);
        await using var client = new LogBrokerClient(new ClientOptions
        {
            BootstrapServers = [$"127.0.0.1:{bootstrapPort}"],
            MetadataRecovery = MetadataRecovery.None,
            ApiTimeout = TimeSpan.FromMilliseconds(500),
        });
        await EventuallyAsync(() => client.Cluster.Metadata.RefreshAsync(default).AsTask());

        await first.DisposeAsync();
        proxy.BrokerPort = second.Port;

        await Assert.ThrowsAsync<RequestTimedOutException>(() => client.Cluster.Metadata.RefreshAsync(default).AsTask());
    }

    [Fact]
    public async Task Connection_Unused_IsClosed()
    {
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker, options => options with { ConnectionIdleMax = TimeSpan.FromMilliseconds(100) });
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();

        var connection = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);

        await connection.Closed.WaitAsync(Timeout);
    }

    [Fact]
    public async Task Dispose_WithRequestsAndTriesUnderWay_EndsThemAll()
    {
        await using var unobserved = new UnobservedFailures();
        await using (var broker = new ScriptedBroker())
        {
            broker.Answer<HeartbeatRequest>((_, _) => null);
            var client = Client(broker);
            int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
            await using var pool = client.Cluster.NewPool();
            var connection = await pool.ConnectAsync(nodeId, ConnectionLane.Group, default);
            var waiting = connection.SendAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, Timeout, default);
            broker.Answer<ApiVersionsRequest>((_, _) => null);
            int asked = broker.CountOf(Protocol.ApiKey.ApiVersions);
            var connecting = pool.ConnectAsync(nodeId, ConnectionLane.Fetch, default).AsTask();
            await UntilAsync(() => broker.CountOf(Protocol.ApiKey.ApiVersions) > asked);

            await client.DisposeAsync().AsTask().WaitAsync(Timeout);

            await Assert.ThrowsAsync<BrokerUnavailableException>(() => waiting);
            await Assert.ThrowsAsync<BrokerUnavailableException>(() => connecting.WaitAsync(Timeout));
            await Assert.ThrowsAsync<ObjectDisposedException>(() => client.Cluster.Metadata.RefreshAsync(default).AsTask());
        }
    }

    [Fact]
    public async Task Calls_WhileConnectionsAreCutSplitAndDelayed_AllSucceed()
    {
        await using var unobserved = new UnobservedFailures();
        int port = LoopbackPort.FindFree();
        await using (var target = await ClientTarget.StartAsync(("advertised.listeners", $"PLAINTEXT://127.0.0.1:{port}")))
        {
            string topic = await target.CreateTopicAsync("harmed", 3);
            await using var proxy = new FaultProxy(port, target.Port) { PieceBytesMax = 100, DelayMax = TimeSpan.FromMilliseconds(2) };
            await using var client = new LogBrokerClient($"127.0.0.1:{port}");
            using var done = new CancellationTokenSource();

            var calling = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            {
                while (!done.IsCancellationRequested)
                {
                    Assert.Equal(3, (await client.Admin.Topics.DescribeAsync(topic)).Partitions.Length);
                    Assert.Equal(3, (await client.Admin.Partitions.ListOffsetsAsync(topic, OffsetSpec.Earliest)).Count);
                }
            }));
            for (int cuts = 0; cuts < 5 && !calling.IsCompleted;)
            {
                await Task.Delay(Random.Shared.Next(50, 300));
                if (proxy.Cut()) cuts++;
            }
            await done.CancelAsync();

            await calling.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task Call_ThatNobodyAnswers_EndsWhenItsTimeIsOverNotTheRequests()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<FindCoordinatorRequest>((_, _) => null);
        broker.Answer<DescribeClusterRequest>((_, _) => null);
        await using var client = Client(broker, options => options with { ApiTimeout = TimeSpan.FromMilliseconds(500) });
        await EventuallyAsync(() => client.Cluster.Metadata.RefreshAsync(default).AsTask());

        await Assert.ThrowsAsync<RequestTimedOutException>(
            () => client.Cluster.Coordinators.FindNodeAsync(CoordinatorKind.Group, "g", default).AsTask().WaitAsync(Timeout));
        await Assert.ThrowsAsync<RequestTimedOutException>(() => client.Admin.Cluster.DescribeAsync().WaitAsync(Timeout));
    }

    [Fact]
    public async Task ConnectAny_WithABrokerThatHangs_TakesAnotherAfterAMoment()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int silentPort = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var broker = new ScriptedBroker();
        broker.Answer<MetadataRequest>((_, _) => new MetadataResponse
        {
            Brokers =
            [
                .. Enumerable.Range(2, 5).Select(id => new MetadataResponse.MetadataResponseBroker { NodeId = id, Host = "127.0.0.1", Port = silentPort }),
                new() { NodeId = 1, Host = "127.0.0.1", Port = broker.Port },
            ],
        });
        await using var client = Client(broker);
        await client.Cluster.Metadata.RefreshAsync(default);

        var connection = await client.Cluster.ConnectAnyAsync(default).AsTask().WaitAsync(Timeout);

        Assert.Equal(1, connection.Broker.Id);
    }

    [Fact]
    public async Task Connect_ToANumberThatNoBrokerHas_SaysSo()
    {
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker);
        await client.Cluster.Metadata.RefreshAsync(default);

        await Assert.ThrowsAsync<BrokerUnavailableException>(() => client.Cluster.ConnectAsync(-9, ConnectionLane.Control, default).AsTask());
        await Assert.ThrowsAsync<BrokerUnavailableException>(() => client.Cluster.ConnectAsync(99, ConnectionLane.Control, default).AsTask());
    }

    private static LogBrokerClient Client(ScriptedBroker broker, Func<ClientOptions, ClientOptions>? change = null)
    {
        var options = new ClientOptions { BootstrapServers = [broker.Bootstrap] };
        return new LogBrokerClient(change is null ? options : change(options));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Timeout);
        while (!condition()) await Task.Delay(10, limit.Token);
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> attempt)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (KafkaException)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }
}
