using System.Buffers.Binary;
using System.Net.Sockets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Serving;

/// <summary>What no client may do to the broker, over real sockets.</summary>
public sealed class WireAbuseTests
{
    [Fact]
    public async Task RandomBytes_EndTheirConnectionsAndNothingElse()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int i = 0; i < 100; i++)
        {
            using Socket socket = await ConnectAsync(broker);
            var bytes = new byte[random.Next(1, 5000)];
            random.NextBytes(bytes);
            // Half of them as frames of the right length, so that their content is looked at.
            if (i % 2 == 0 && bytes.Length > 8)
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
                BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), (short)random.Next(0, 80));
                BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(6), (short)random.Next(0, 14));
            }
            await TrySendAsync(socket, bytes);
            socket.Shutdown(SocketShutdown.Send);
            await DrainAsync(socket);
        }

        Assert.True(await ServesAsync(broker), $"seed {seed}");
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(100 * 1024 * 1024 + 1)]
    public async Task Frame_OfImpossibleLength_ClosesAtOnce(int length)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using Socket socket = await ConnectAsync(broker);
        var prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, length);

        await socket.SendAsync(prefix);

        Assert.Equal(0, await DrainAsync(socket));
        Assert.Equal(1, await broker.ReadMetricAsync("logbroker_requests_rejected_total{reason=\"Oversize\"}"));
    }

    [Fact]
    public async Task Request_WhoseFieldsReachBeyondIt_ClosesAndIsCounted()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using Socket socket = await ConnectAsync(broker);
        // Metadata version 1 of 2,000,000,000 topics in 18 bytes.
        byte[] request = [0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x77, 0x35, 0x94, 0];

        await socket.SendAsync(request);

        Assert.Equal(0, await DrainAsync(socket));
        Assert.Equal(1, await broker.ReadMetricAsync("logbroker_requests_rejected_total{reason=\"Malformed\"}"));
    }

    [Fact]
    public async Task HalfFrames_MoreThanMayBeHeld_WaitAndAreServedInTurn()
    {
        const int requestBytes = 900_000;
        await using TestBroker broker = await TestBroker.StartAsync(
            ("queued.max.request.bytes", "1000000"), ("socket.request.max.bytes", "1000000"));
        byte[] frame = UnknownTopicProduce(requestBytes);
        Socket[] sockets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync(broker)));

        await Task.WhenAll(sockets.Select(async socket =>
        {
            int half = frame.Length / 2;
            await socket.SendAsync(frame.AsMemory(0, half));
            await socket.SendAsync(frame.AsMemory(half));
            Assert.Equal(4, await socket.ReceiveAsync(new byte[4]));
            socket.Dispose();
        }));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await broker.ReadMetricAsync("logbroker_requests_arriving_bytes") != 0) await Task.Delay(10, patience.Token);
        Assert.True(await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"queued.max.request.bytes\"}") >= 1);
    }

    [Fact]
    public async Task Answers_LeftUnread_CloseTheirConnectionsBeyondTheBound()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("queued.max.response.bytes", "500000"));
        await broker.CreateTopicAsync("wide", partitions: 3000);
        byte[] asks = [.. Enumerable.Repeat(MetadataOfAll(), 200).SelectMany(bytes => bytes)];
        Socket[] sockets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync(broker)));

        foreach (Socket socket in sockets) await TrySendAsync(socket, asks);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        double reached;
        do
        {
            reached = await broker.ReadMetricAsync("logbroker_limit_reached_total{setting=\"queued.max.response.bytes\"}");
            Assert.InRange(await broker.ReadMetricAsync("logbroker_responses_unread_bytes"), 0, 500_000);
            await Task.Delay(20, patience.Token);
        }
        while (reached == 0);

        Assert.True(await ServesAsync(broker));
        foreach (Socket socket in sockets) socket.Dispose();
        while (await broker.ReadMetricAsync("logbroker_responses_unread_bytes") != 0) await Task.Delay(20, patience.Token);
    }

    [Fact]
    public async Task ConnectStorm_LeavesNothingBehind()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Assert.True(await ServesAsync(broker));
        for (int round = 0; round < 20; round++)
        {
            Socket[] sockets = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => ConnectAsync(broker)));
            foreach (Socket socket in sockets) socket.Close(0);
        }

        Assert.True(await ServesAsync(broker));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await broker.ReadMetricAsync("logbroker_connections{listener=\"PLAINTEXT\"}") != 1) patience.Token.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task Produce_WithWrongCrc_IsRefusedAndNotInTheLog()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t");
        byte[] batch = Requests.Batch("a");
        batch[^1] ^= 1;

        ProduceResponse refused = await broker.SendAsync(Requests.Produce(topic, batch));

        Assert.Equal(ErrorCode.CorruptMessage, refused.Only().ErrorCode);
        Assert.Equal(0, (await broker.SendAsync(Requests.Fetch(topic))).Only().HighWatermark);
    }

    /// <summary>A produce of so many bytes for a topic that is not there, as a frame.</summary>
    private static byte[] UnknownTopicProduce(int bytes)
    {
        using var frame = new LogBroker.Protocol.Framing.FrameBuffer();
        frame.EncodeRequest(
            new LogBroker.Protocol.Framing.RequestHeader(ApiKey.Produce, 9, 1, "t"),
            new ProduceRequest
            {
                Acks = 1,
                TopicData = [new() { Name = "none", PartitionData = [new() { Records = new MemoryRecords(new byte[bytes]) }] }],
            });
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        frame.CopyTo(writer);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Metadata version 1 of all topics, as a frame.</summary>
    private static byte[] MetadataOfAll() => [0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

    internal static async Task<Socket> ConnectAsync(TestBroker broker)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", broker.Port);
        return socket;
    }

    internal static async Task<bool> ServesAsync(TestBroker broker) =>
        (await broker.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "t", ClientSoftwareVersion = "1" })).ErrorCode == ErrorCode.None;

    private static async Task TrySendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes);
        }
        catch (SocketException)
        {
            // Closed on us: that is the point.
        }
    }

    /// <summary>Reads to the end, however it comes.</summary>
    private static async Task<int> DrainAsync(Socket socket)
    {
        int total = 0;
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) is var read and > 0) total += read;
        }
        catch (SocketException)
        {
            return total;
        }

        return total;
    }
}
