using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LogBroker.Server.Hosting;
using LogBroker.Server.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LogBroker.Server.Tests.Hosting;

public sealed class BrokerHostTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Fact]
    public async Task StartAsync_WithFreePorts_ServesBothProtocolsOnTheirOwnPorts()
    {
        await using BrokerHost broker = Create(TestSettings.Ephemeral());
        await broker.StartAsync();
        using var http = new HttpClient();
        string address = $"http://{broker.Listeners.Http[0]}";

        Assert.Equal("ok\n", await http.GetStringAsync($"{address}/health"));
        Assert.Equal("ready\n", await http.GetStringAsync($"{address}/ready"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{address}/nothing")).StatusCode);
        using TcpClient client = await ConnectAsync(broker);
        Assert.Equal("PLAINTEXT:hello", await EchoAsync(client));
        Assert.Contains("\nlogbroker_connections{listener=\"PLAINTEXT\"} 1\n",
            await http.GetStringAsync($"{address}/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KafkaPort_SentAnHttpRequest_DoesNotAnswerAsHttp()
    {
        await using BrokerHost broker = Create(TestSettings.Ephemeral());
        await broker.StartAsync();
        using TcpClient client = await ConnectAsync(broker);

        await client.GetStream().WriteAsync("GET /health HTTP/1.1\r\n\r\n"u8.ToArray());

        var answer = new byte[15];
        await client.GetStream().ReadExactlyAsync(answer);
        Assert.Equal("PLAINTEXT:GET /", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task KafkaPort_TakesItsBlocksFromTheBrokersPool()
    {
        var pools = new RecordingPools();
        await using BrokerHost broker = Create(
            TestSettings.Ephemeral("http.listeners="),
            configure: services => services.AddSingleton<IMemoryPoolFactory<byte>>(pools));
        await broker.StartAsync();
        using TcpClient client = await ConnectAsync(broker);

        Assert.Equal("PLAINTEXT:hello", await EchoAsync(client));
        Assert.True(pools.RentCount > 0);
    }

    [Fact]
    public async Task StartAsync_OnIPv6AndEveryAddress_IsReachable()
    {
        await using BrokerHost broker = Create(TestSettings.Ephemeral(
            "listeners=A://[::1]:0,B://:0", "listener.security.protocol.map=A:PLAINTEXT,B:PLAINTEXT"));
        await broker.StartAsync();

        using var inside = new TcpClient(AddressFamily.InterNetworkV6);
        await inside.ConnectAsync(broker.Listeners.Listeners[0].EndPoint);
        Assert.Equal("A:hello", await EchoAsync(inside));
        foreach (IPAddress address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var outside = new TcpClient(address.AddressFamily);
            await outside.ConnectAsync(address, broker.Listeners.Listeners[1].EndPoint.Port);
            Assert.Equal("B:hello", await EchoAsync(outside));
        }
    }

    [Fact]
    public async Task StartAsync_PortTaken_FailsNamingTheListener()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string listener = $"PLAINTEXT://{taken.LocalEndpoint}";
        await using BrokerHost broker = Create(TestSettings.Ephemeral($"listeners={listener}"));

        var failure = await Assert.ThrowsAsync<StartFailedException>(() => broker.StartAsync());

        Assert.Equal($"Cannot listen on {listener}: the port is in use by another process.", failure.Message);
    }

    [Fact]
    public async Task Connections_BeyondTheBoundOfAnAddress_AreClosedUntilOneLeaves()
    {
        await using BrokerHost broker = Create(TestSettings.Ephemeral("max.connections.per.ip=1"));
        await broker.StartAsync();
        TcpClient first = await ConnectAsync(broker);
        Assert.Equal("PLAINTEXT:hello", await EchoAsync(first));

        using (TcpClient second = await ConnectAsync(broker))
            Assert.Equal(0, await second.GetStream().ReadAsync(new byte[1]));
        first.Dispose();

        Assert.Equal("PLAINTEXT:hello", await EchoWhenLetInAsync(broker));
    }

    [Fact]
    public async Task Connections_SilentForTooLong_AreClosed()
    {
        await using BrokerHost broker = Create(TestSettings.Ephemeral("connections.max.idle.ms=50"));
        await broker.StartAsync();
        using TcpClient client = await ConnectAsync(broker);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        // Nothing is sent: the end comes from the broker, as an end of stream or as a reset, and on a busy machine before its first word.
        Exception? end = await Record.ExceptionAsync(() => client.GetStream().CopyToAsync(Stream.Null, patience.Token));

        Assert.True(end is null or IOException, $"{end}");
    }

    [Fact]
    public async Task Lifecycle_WhileLoading_HoldsClientsAndSaysNotReady()
    {
        var data = new ControlledLifecycle();
        await using BrokerHost broker = Create(TestSettings.Ephemeral(), data);
        Task started = broker.StartAsync();
        BoundListeners bound = await await Task.WhenAny(data.Loading.Task, ThrowIfEndedAsync(started));
        using var http = new HttpClient();
        using var client = new TcpClient();
        await client.ConnectAsync(bound.Listeners[0].EndPoint);
        Task<string> echo = EchoAsync(client);

        using HttpResponseMessage notReady = await http.GetAsync($"http://{bound.Http[0]}/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.Equal("not ready: loading data\n", await notReady.Content.ReadAsStringAsync());
        Assert.Equal("ok\n", await http.GetStringAsync($"http://{bound.Http[0]}/health"));
        Assert.False(echo.IsCompleted);
        data.Loaded.SetResult();

        await started;
        Assert.Equal("PLAINTEXT:hello", await echo);
        await broker.StopAsync();
        Assert.Equal(["handler left", "closed"], data.Steps);
    }

    [Fact]
    public async Task Lifecycle_LoadFails_FailsTheStartAndIsClosed()
    {
        var data = new ControlledLifecycle();
        await using BrokerHost broker = Create(TestSettings.Ephemeral(), data);
        data.Loaded.SetException(new StartFailedException("locked"));

        await Assert.ThrowsAsync<StartFailedException>(() => broker.StartAsync());
        await broker.StopAsync();

        Assert.Equal(["closed"], data.Steps);
    }

    /// <summary>A host with an echo in the broker's place.</summary>
    private static BrokerHost Create(
        BrokerOptions options, ControlledLifecycle? data = null, Action<IServiceCollection>? configure = null) =>
        BrokerHost.Create(options, services =>
        {
            services.AddSingleton<ConnectionHandler>(new EchoHandler(data));
            services.RemoveAll<IBrokerLifecycle>();
            if (data is not null)
                services.AddSingleton<IBrokerLifecycle>(data);
            configure?.Invoke(services);
        });

    private static async Task<TcpClient> ConnectAsync(BrokerHost broker)
    {
        var client = new TcpClient();
        await client.ConnectAsync(broker.Listeners.Listeners[0].EndPoint);
        return client;
    }

    private static async Task<string> EchoAsync(TcpClient client)
    {
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Hello);
        var answer = new List<byte>();
        while (answer.Count < Hello.Length || answer[^1] != Hello[^1])
        {
            var one = new byte[1];
            await stream.ReadExactlyAsync(one);
            answer.Add(one[0]);
        }
        return Encoding.ASCII.GetString([.. answer]);
    }

    // The broker learns that a client has left a moment after it did: come back until there is room.
    private static async Task<string> EchoWhenLetInAsync(BrokerHost broker)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            deadline.Token.ThrowIfCancellationRequested();
            try
            {
                using TcpClient client = await ConnectAsync(broker);
                return await EchoAsync(client);
            }
            catch (IOException)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<BoundListeners> ThrowIfEndedAsync(Task started)
    {
        await started;
        throw new InvalidOperationException("The broker did not load anything.");
    }

    private sealed class ControlledLifecycle : IBrokerLifecycle
    {
        public TaskCompletionSource<BoundListeners> Loading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Loaded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Steps { get; } = [];

        public Task LoadAsync(BoundListeners listeners, CancellationToken cancelled)
        {
            Loading.SetResult(listeners);
            return Loaded.Task;
        }

        public Task CloseAsync()
        {
            Steps.Add("closed");
            return Task.CompletedTask;
        }
    }

    private sealed class RecordingPools : MemoryPool<byte>, IMemoryPoolFactory<byte>
    {
        private int _rentCount;

        public int RentCount => Volatile.Read(ref _rentCount);

        public override int MaxBufferSize => BlockPoolFactory.DefaultBlockBytes;

        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref _rentCount);
            return Shared.Rent(MaxBufferSize);
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class EchoHandler(ControlledLifecycle? data) : ConnectionHandler
    {
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            string listener = connection.Features.Get<IListenerFeature>()!.Listener.Name;
            await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"{listener}:"));
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                    await connection.Transport.Output.WriteAsync(part);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                    break;
            }
            data?.Steps.Add("handler left");
        }
    }
}
