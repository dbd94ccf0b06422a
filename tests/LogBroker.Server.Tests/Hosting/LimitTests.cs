using System.Net;
using System.Net.Sockets;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Hosting;
using LogBroker.Server.Tests.Serving;
using LogBroker.Testing;
using LogBroker.Transport;

namespace LogBroker.Server.Tests.Hosting;

/// <summary>What bounds clients, over real sockets, and that each bound is counted.</summary>
public sealed class LimitTests
{
    private const sbyte Set = 0;
    private const sbyte BrokerResource = 4;

    [Theory]
    [InlineData("max.connections", "2", "max.connections")]
    [InlineData("listener.name.a.max.connections", "2", "listener.name.a.max.connections")]
    [InlineData("max.connections.per.ip", "2", "max.connections.per.ip")]
    [InlineData("max.connections.per.ip.overrides", "127.0.0.1:2", "max.connections.per.ip.overrides")]
    public async Task Connections_BeyondABound_AreClosedAndCounted(string setting, string value, string counted)
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            ("listeners", "A://127.0.0.1:0,B://127.0.0.1:0"),
            ("listener.security.protocol.map", "A:PLAINTEXT,B:PLAINTEXT"),
            (setting, value));
        using Socket first = await ConnectAsync(broker.Ports[0]);
        using Socket second = await ConnectAsync(broker.Ports[0]);
        // Connections are counted when the broker takes them up, in any order: these are, once they are served.
        Assert.True(await IsServedAsync(first) && await IsServedAsync(second));

        using Socket third = await ConnectAsync(broker.Ports[0]);

        Assert.False(await IsServedAsync(third));
        Assert.Equal(1, await broker.ReadMetricAsync($"logbroker_limit_reached_total{{setting=\"{counted}\"}}"));
        Assert.Equal(1, await broker.ReadMetricAsync("logbroker_connections_refused_total{listener=\"A\"}"));
        using Socket onOther = await ConnectAsync(broker.Ports[1]);
        Assert.Equal(setting.StartsWith("listener", StringComparison.Ordinal), await IsServedAsync(onOther));
    }

    [Fact]
    public async Task MaxConnections_ChangedWhileItRuns_HoldsForTheNextConnection()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await broker.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "t", ClientSoftwareVersion = "1" });

        IncrementalAlterConfigsResponse altered = await broker.SendAsync(new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new()
                {
                    ResourceType = BrokerResource,
                    ResourceName = "",
                    Configs = [new() { Name = "max.connections", Value = "1", ConfigOperation = Set }],
                },
            ],
        });

        Assert.Equal(ErrorCode.None, Assert.Single(altered.Responses).ErrorCode);
        using Socket second = await ConnectAsync(broker.Port);
        Assert.False(await IsServedAsync(second));
    }

    [Theory]
    [InlineData("max.connection.creation.rate")]
    [InlineData("listener.name.plaintext.max.connection.creation.rate")]
    public async Task CreationRate_ManyConnectionsAtOnce_AreAcceptedOneAfterTheOther(string setting)
    {
        await using TestBroker broker = await TestBroker.StartAsync((setting, "10"));
        var sockets = new List<Socket>();
        for (int i = 0; i < 15; i++) sockets.Add(await ConnectAsync(broker.Port));

        foreach (Socket socket in sockets) Assert.True(await IsServedAsync(socket));

        Assert.True(await broker.ReadMetricAsync($"logbroker_limit_reached_total{{setting=\"{setting}\"}}") >= 1);
        sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Partitions_BeyondEitherBound_AreRefusedAndCounted()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("max.partitions", "5"), ("max.partitions.per.topic", "4"));

        CreateTopicsResponse tooWide = await CreateAsync(broker, "a", 5);
        CreateTopicsResponse fits = await CreateAsync(broker, "b", 4);
        CreateTopicsResponse tooMany = await CreateAsync(broker, "c", 2);
        CreatePartitionsResponse grown = await broker.SendAsync(
            new CreatePartitionsRequest { Topics = [new() { Name = "b", Count = 5, Assignments = null }] });

        Assert.Equal(ErrorCode.PolicyViolation, tooWide.Topics[0].ErrorCode);
        Assert.Equal("Too many partitions: the broker's setting max.partitions.per.topic is 4.", tooWide.Topics[0].ErrorMessage);
        Assert.Equal(ErrorCode.None, fits.Topics[0].ErrorCode);
        Assert.Equal("Too many partitions: the broker's setting max.partitions is 5.", tooMany.Topics[0].ErrorMessage);
        Assert.Equal(ErrorCode.PolicyViolation, grown.Results[0].ErrorCode);
        Assert.Equal(2, await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"max.partitions.per.topic\"}"));
        Assert.Equal(1, await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"max.partitions\"}"));
    }

    [Fact]
    public async Task Request_TooLarge_ClosesTheConnectionAndIsCounted()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("socket.request.max.bytes", "10000"));
        await using KafkaChannel channel = await broker.ConnectAsync();

        await Assert.ThrowsAsync<ConnectionClosedException>(() => channel.SendRawAsync(new byte[10_001]));

        Assert.Equal(1, await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"socket.request.max.bytes\"}"));
        Assert.Equal(1, await broker.ReadMetricAsync("logbroker_requests_rejected_total{reason=\"Oversize\"}"));
    }

    [Fact]
    public async Task Request_ThatStopsHalfWay_IsClosedInTime()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("request.receive.timeout.ms", "1"));
        using Socket socket = await ConnectAsync(broker.Port);

        await socket.SendAsync(new byte[] { 0, 0, 1, 0, 0, 18 });

        Assert.True(await EndsAsync(socket));
        Assert.Equal(1, await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"request.receive.timeout.ms\"}"));
    }

    [Fact]
    public async Task Requests_BeyondThoseInFlight_WaitAndAreAllAnswered()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("connection.max.in.flight.requests", "2"));
        Guid topic = await broker.CreateTopicAsync("t");
        await using KafkaChannel channel = await broker.ConnectAsync();

        Task<FetchResponse>[] fetches = [.. Enumerable.Range(0, 6).Select(_ => channel.SendAsync(Requests.Fetch(topic, maxWaitMs: 50), 13))];
        FetchResponse[] answers = await Task.WhenAll(fetches);

        Assert.All(answers, answer => Assert.Equal(ErrorCode.None, answer.ErrorCode));
        Assert.True(
            await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"connection.max.in.flight.requests\"}") >= 1);
    }

    [Fact]
    public async Task Requests_SentFasterThanTheyAreWorkedOn_WaitWithTheClient()
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            ("connection.max.buffered.bytes", "4096"), ("connection.max.in.flight.requests", "1"));
        Guid topic = await broker.CreateTopicAsync("t");
        await using KafkaChannel channel = await broker.ConnectAsync();

        // The first is parked, and nothing behind it is taken until it is answered.
        Task<FetchResponse>[] fetches = [.. Enumerable.Range(0, 1000).Select(_ => channel.SendAsync(Requests.Fetch(topic, maxWaitMs: 60_000), 13))];
        await broker.SendAsync(Requests.Produce(topic, Requests.Batch("x")));
        FetchResponse[] answers = await Task.WhenAll(fetches);

        Assert.All(answers, answer => Assert.Equal(ErrorCode.None, answer.ErrorCode));
        Assert.True(await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"connection.max.buffered.bytes\"}") >= 1);
    }

    [Fact]
    public async Task Connection_ThatIsSilentTooLong_IsClosedAndCounted()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("connections.max.idle.ms", "500"));
        using Socket socket = await ConnectAsync(broker.Port);

        Assert.True(await EndsAsync(socket));
        Assert.True(await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"connections.max.idle.ms\"}") >= 1);
    }

    [Fact]
    public void Connections_WithoutDescriptorsForThem_AreRefused()
    {
        var counts = new ConnectionCounts();
        var options = new ConnectionOptions { ConnectionsWithDescriptorMax = 1 };

        Assert.Null(counts.TryEnter(IPAddress.Loopback, "A", options));
        Assert.Equal(("open files limit", 1), counts.TryEnter(IPAddress.IPv6Loopback, "A", options));
        counts.Leave(IPAddress.Loopback, "A");
        Assert.Null(counts.TryEnter(IPAddress.IPv6Loopback, "A", options));
    }

    [Fact]
    public void QueuedBytes_LessThanOneRequest_IsABadSetting()
    {
        var bad = Assert.Throws<SettingsException>(
            () => TestSettings.Read("queued.max.request.bytes=1000"));

        Assert.Contains("queued.max.request.bytes is 1000", Assert.Single(bad.Problems), StringComparison.Ordinal);
    }

    private static Task<CreateTopicsResponse> CreateAsync(TestBroker broker, string name, int partitions) =>
        broker.SendAsync(new CreateTopicsRequest { Topics = [new() { Name = name, NumPartitions = partitions, ReplicationFactor = 1 }] });

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port);
        return socket;
    }

    /// <summary>Whether ApiVersions is answered.</summary>
    private static async Task<bool> IsServedAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync(new byte[] { 0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 42, 0xff, 0xff });
            return await socket.ReceiveAsync(new byte[4]) == 4;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<bool> EndsAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
