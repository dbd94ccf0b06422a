using System.Buffers;
using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Consuming;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol.Messages;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Connections;

/// <summary>What becomes of a request that nobody waits for any more, or that cannot be written.</summary>
public sealed class AbandonedRequestTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Send_CancelledAndNeverAnswered_CountsUntilItsTimeIsOverAndThenEndsTheConnection()
    {
        await using var unobserved = new UnobservedFailures();
        await using (var broker = new ScriptedBroker())
        {
            broker.Answer<HeartbeatRequest>((_, _) => null);
            var time = new ManualTimeProvider();
            await using var client = new LogBrokerClient(new ClientOptions { BootstrapServers = [broker.Bootstrap], TimeProvider = time });
            var connection = await ConnectAsync(client).WaitAsync(Timeout);
            using var given = new CancellationTokenSource();

            var waiting = connection.SendAsync(
                new HeartbeatRequest { GroupId = "g", MemberId = "m" }, TimeSpan.FromSeconds(5), given.Token);
            await given.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

            Assert.Equal(1, connection.InFlight);
            await Filling.EndAsync(time, TimeSpan.FromSeconds(1), connection.Closed);
        }
    }

    [Fact]
    public async Task SendPooled_ToABrokerThatDoesNotRead_EndsInItsTime()
    {
        await using var broker = DeafBroker();
        await using var client = new LogBrokerClient(broker.Bootstrap);
        var connection = await ConnectAsync(client);
        _ = await connection.DispatchAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, short.MaxValue, Timeout * 6, default);

        var fetching = connection.SendPooledAsync(LargeFetch(), 12, MemoryPool<byte>.Shared, TimeSpan.FromMilliseconds(300), default);

        await Assert.ThrowsAsync<RequestTimedOutException>(() => fetching.WaitAsync(Timeout));
        await connection.Closed.WaitAsync(Timeout);
    }

    [Fact]
    public async Task SendPooled_ToABrokerThatDoesNotRead_CanBeCancelled()
    {
        await using var broker = DeafBroker();
        await using var client = new LogBrokerClient(broker.Bootstrap);
        var connection = await ConnectAsync(client);
        _ = await connection.DispatchAsync(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, short.MaxValue, Timeout * 6, default);
        using var given = new CancellationTokenSource();

        var fetching = connection.SendPooledAsync(LargeFetch(), 12, MemoryPool<byte>.Shared, Timeout * 6, given.Token);
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching.WaitAsync(Timeout));
    }

    [Fact]
    public async Task Connect_ByManyAtOnce_MakesOneConnection()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient(broker.Bootstrap);
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        for (int round = 0; round < 200; round++)
        {
            await using var pool = client.Cluster.NewPool();
            int before = broker.ConnectionCount;

            var connections = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(
                async () => await pool.ConnectAsync(nodeId, ConnectionLane.Produce, default))));

            Assert.Equal(before + 1, broker.ConnectionCount);
            Assert.All(connections, connection => Assert.True(connection.IsOpen));
        }
    }

    /// <summary>A broker that reads nothing behind a heartbeat.</summary>
    private static ScriptedBroker DeafBroker()
    {
        var broker = new ScriptedBroker();
        broker.AnswerLater<HeartbeatRequest>((_, _) => new TaskCompletionSource<IResponse?>().Task);
        return broker;
    }

    /// <summary>More than the buffers between two sockets hold.</summary>
    private static FetchRequest LargeFetch() => new()
    {
        Topics = [.. Enumerable.Range(0, 2000).Select(i => new FetchRequest.FetchTopic { Topic = $"{i}{new string('x', 30_000)}" })],
    };

    private static async Task<BrokerConnection> ConnectAsync(LogBrokerClient client)
    {
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
        return await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Fetch, default);
    }
}
