using System.Net;
using System.Net.Sockets;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Testing.Tests;

public sealed class TestBrokerTests
{
    [Fact]
    public async Task Restart_KeepsDataAndPorts()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t", partitions: 2, ("retention.ms", "1000"));
        string servers = broker.BootstrapServers;

        await broker.RestartAsync();

        Assert.Equal(servers, broker.BootstrapServers);
        MetadataResponse metadata = await broker.SendAsync(new MetadataRequest { Topics = [new() { Name = "t" }] });
        Assert.Equal((topic, 2), (metadata.Topics[0].TopicId, metadata.Topics[0].Partitions.Length));
    }

    [Fact]
    public async Task Stop_LeavesNoPortToWhoAsksForAny()
    {
        // Sockets that are given certain ports only are Linux's since 6.3.
        if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < new Version(6, 3)) return;
        await using TestBroker broker = await TestBroker.StartAsync();
        int[] ports = [broker.Port, broker.HttpPort];

        await broker.StopAsync();

        Assert.All(ports, port =>
        {
            using Socket other = OnlyFrom(port);
            Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => other.Bind(new IPEndPoint(IPAddress.Loopback, 0))).SocketErrorCode);
            using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => client.Connect(IPAddress.Loopback, port)).SocketErrorCode);
        });
    }

    [Fact]
    public async Task Restart_WithListenersOfTheTest_KeepsTheirPorts()
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            ("listeners", "A://127.0.0.1:0,B://127.0.0.1:0"),
            ("listener.security.protocol.map", "A:PLAINTEXT,B:PLAINTEXT"),
            ("http.listeners", "http://127.0.0.1:0"));
        int[] before = [.. broker.Ports, broker.HttpPort];

        await broker.RestartAsync();

        Assert.Equal(3, before.Distinct().Count());
        int[] after = [.. broker.Ports, broker.HttpPort];
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task CreateTopic_Refused_SaysWhy()
    {
        await using TestBroker broker = await TestBroker.StartAsync();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => broker.CreateTopicAsync("a/b"));

        Assert.Contains("InvalidTopic", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_LeavesNothingBehind()
    {
        TestBroker broker = await TestBroker.StartAsync();
        string directory = broker.DataDirectory;
        Assert.True(Directory.Exists(directory));

        await broker.DisposeAsync();

        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task Brokers_SideBySide_AreApart()
    {
        await using TestBroker one = await TestBroker.StartAsync();
        await using TestBroker other = await TestBroker.StartAsync();

        await one.CreateTopicAsync("t");

        Assert.Empty((await other.SendAsync(new MetadataRequest { Topics = null })).Topics);
    }

    [Fact]
    public async Task MoveCoordinator_TellsThoseWhoWaitAndKeepsWhatWasCommitted()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("group.initial.rebalance.delay.ms", "60000"));
        await broker.CreateTopicAsync("t");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await CommitAsync(broker) != ErrorCode.None) await Task.Delay(10, patience.Token);
        Task<JoinGroupResponse> joining = broker.SendAsync(
            new JoinGroupRequest
            {
                GroupId = "g",
                SessionTimeoutMs = 10_000,
                RebalanceTimeoutMs = 60_000,
                ProtocolType = "consumer",
                Protocols = [new() { Name = "range", Metadata = new byte[] { 0, 0, 0, 0, 0, 1, 0, 1, (byte)'t', 0, 0, 0, 0, 0 } }],
            },
            3);
        await using var other = await broker.ConnectAsync();
        while (await StateAsync() != "PreparingRebalance") await Task.Delay(10, patience.Token);

        broker.MoveCoordinator("g");

        Assert.Equal(ErrorCode.NotCoordinator, (await joining).ErrorCode);
        while (await StateAsync() != "Empty") await Task.Delay(10, patience.Token);

        async Task<string> StateAsync() => (await other.SendAsync(new DescribeGroupsRequest { Groups = ["g"] }, 5)).Groups[0].GroupState;
    }

    private static async Task<ErrorCode> CommitAsync(TestBroker broker)
    {
        await broker.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["g"] }, 4);
        OffsetCommitResponse committed = await broker.SendAsync(
            new OffsetCommitRequest
            {
                GroupId = "g",
                GenerationIdOrMemberEpoch = -1,
                Topics = [new() { Name = "t", Partitions = [new() { CommittedOffset = 1, CommittedLeaderEpoch = -1 }] }],
            },
            9);
        return committed.Topics[0].Partitions[0].ErrorCode;
    }

    /// <summary>A socket that is given this port when it asks for any.</summary>
    private static Socket OnlyFrom(int port)
    {
        const int ipLocalPortRange = 51;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption((int)SocketOptionLevel.IP, ipLocalPortRange, BitConverter.GetBytes((uint)port | ((uint)port << 16)));
        return socket;
    }
}
