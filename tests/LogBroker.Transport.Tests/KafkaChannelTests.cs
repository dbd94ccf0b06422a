using System.Net;
using System.Net.Sockets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Transport.Tests;

public sealed class KafkaChannelTests : IAsyncDisposable
{
    private readonly KafkaChannel _channel;
    private readonly ScriptedBroker _broker;

    public KafkaChannelTests()
    {
        var transport = InMemoryTransport.Create();
        _broker = new ScriptedBroker(transport.Broker);
        _channel = new KafkaChannel(transport.Client, new KafkaChannelOptions { ResponseBytesMax = 1024 });
    }

    public async ValueTask DisposeAsync() => await _channel.DisposeAsync();

    [Fact]
    public async Task Send_Request_CarriesHeaderAndGetsItsResponse()
    {
        var sent = _channel.SendAsync(new HeartbeatRequest { GroupId = "g" }, 4);
        var header = await _broker.TakeHeaderAsync();
        await _broker.AnswerAsync(header, new HeartbeatResponse { ErrorCode = ErrorCode.RebalanceInProgress });

        Assert.Equal((ApiKey.Heartbeat, (short)4, "logbroker"), (header.ApiKey, header.ApiVersion, header.ClientId));
        Assert.Equal(ErrorCode.RebalanceInProgress, (await sent).ErrorCode);
    }

    [Fact]
    public async Task Send_ManyPipelined_EachGetsItsOwnResponse()
    {
        var sent = Enumerable.Range(0, 50).Select(_ => _channel.SendAsync(new HeartbeatRequest(), 3)).ToList();
        for (int i = 0; i < sent.Count; i++)
            await _broker.AnswerAsync(await _broker.TakeHeaderAsync(), new HeartbeatResponse { ThrottleTimeMs = i });

        var responses = await Task.WhenAll(sent);
        Assert.Equal(Enumerable.Range(0, 50), responses.Select(response => response.ThrottleTimeMs));
    }

    [Fact]
    public async Task Send_ToApiVersionsFlexible_ReadsResponseHeaderVersionZero()
    {
        var sent = _channel.SendAsync(new ApiVersionsRequest(), 3);
        await _broker.AnswerAsync(await _broker.TakeHeaderAsync(), new ApiVersionsResponse { ThrottleTimeMs = 7 });

        Assert.Equal(7, (await sent).ThrottleTimeMs);
    }

    [Fact]
    public async Task Send_CancelledWhileWaiting_LeavesLaterResponsesInPlace()
    {
        using var cancel = new CancellationTokenSource();
        var abandoned = _channel.SendAsync(new HeartbeatRequest(), 3, cancel.Token);
        var first = await _broker.TakeHeaderAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);

        var sent = _channel.SendAsync(new HeartbeatRequest(), 3);
        await _broker.AnswerAsync(first, new HeartbeatResponse { ThrottleTimeMs = 1 });
        await _broker.AnswerAsync(await _broker.TakeHeaderAsync(), new HeartbeatResponse { ThrottleTimeMs = 2 });
        Assert.Equal(2, (await sent).ThrottleTimeMs);
    }

    [Fact]
    public async Task Send_WhenBrokerCloses_FailsAllWaitingAndLater()
    {
        var sent = Enumerable.Range(0, 2).Select(_ => _channel.SendAsync(new HeartbeatRequest(), 3)).ToList();
        await _broker.CloseAsync();

        foreach (var task in sent) await Assert.ThrowsAsync<ConnectionClosedException>(() => task);
        await _channel.Closed;
        await Assert.ThrowsAsync<ConnectionClosedException>(() => _channel.SendAsync(new HeartbeatRequest(), 3));
    }

    [Fact]
    public async Task Send_WhenDisposed_FailsAllWaiting()
    {
        var sent = _channel.SendAsync(new HeartbeatRequest(), 3);
        await _broker.TakeAsync();
        await _channel.DisposeAsync();

        await Assert.ThrowsAsync<ConnectionClosedException>(() => sent);
    }

    [Fact]
    public async Task Send_AnsweredWithForeignCorrelationId_ClosesTheChannel()
    {
        var sent = _channel.SendAsync(new HeartbeatRequest(), 3);
        var header = await _broker.TakeHeaderAsync();
        await _broker.AnswerAsync(header with { CorrelationId = header.CorrelationId + 1 }, new HeartbeatResponse());

        await Assert.ThrowsAsync<ConnectionClosedException>(() => sent);
        await _channel.Closed;
    }

    [Fact]
    public async Task Closed_OnAnswerNobodyAskedFor_Completes()
    {
        await _broker.AnswerRawAsync(new byte[8]);

        await _channel.Closed;
        await Assert.ThrowsAsync<ConnectionClosedException>(() => _channel.SendAsync(new HeartbeatRequest(), 3));
    }

    [Fact]
    public async Task Closed_OnFrameBeyondTheLimit_Completes()
    {
        var sent = _channel.SendAsync(new HeartbeatRequest(), 3);
        await _broker.WriteAsync(new byte[] { 0x7F, 0, 0, 0 });

        var closed = await Assert.ThrowsAsync<ConnectionClosedException>(() => sent);
        Assert.NotNull(closed.InnerException);
        await _channel.Closed;
    }

    [Fact]
    public async Task Send_AnsweredWithTruncatedBody_FailsAloneAndTheChannelGoesOn()
    {
        var broken = _channel.SendAsync(new HeartbeatRequest(), 3);
        await _broker.AnswerRawAsync((await _broker.TakeAsync()).AsMemory(4, 5));
        await Assert.ThrowsAsync<MalformedMessageException>(() => broken);

        var sent = _channel.SendAsync(new HeartbeatRequest(), 3);
        await _broker.AnswerAsync(await _broker.TakeHeaderAsync(), new HeartbeatResponse { ThrottleTimeMs = 3 });
        Assert.Equal(3, (await sent).ThrottleTimeMs);
    }

    [Fact]
    public async Task Send_OfWhatTheVersionLacks_SendsNothing()
    {
        var unsupported = new HeartbeatRequest { GroupInstanceId = "static" };
        await Assert.ThrowsAsync<UnsupportedFieldException>(() => _channel.SendAsync(unsupported, 0));

        var sent = _channel.SendAsync(new HeartbeatRequest(), 3);
        await _broker.AnswerAsync(await _broker.TakeHeaderAsync(), new HeartbeatResponse { ThrottleTimeMs = 4 });
        Assert.Equal(4, (await sent).ThrottleTimeMs);
    }

    [Fact]
    public async Task SendWithoutResponse_OfProduce_LeavesTheNextResponseToTheNextRequest()
    {
        await _channel.SendWithoutResponseAsync(new ProduceRequest { Acks = 0 }, 9);
        var sent = _channel.SendAsync(new HeartbeatRequest(), 3);
        Assert.Equal(ApiKey.Produce, (await _broker.TakeHeaderAsync()).ApiKey);
        await _broker.AnswerAsync(await _broker.TakeHeaderAsync(), new HeartbeatResponse { ThrottleTimeMs = 5 });

        Assert.Equal(5, (await sent).ThrottleTimeMs);
    }

    [Fact]
    public async Task SendRaw_OfAnyBytes_ReturnsTheNextFrame()
    {
        var sent = _channel.SendRawAsync(new byte[] { 9, 9 });
        Assert.Equal([9, 9], await _broker.TakeAsync());
        await _broker.AnswerRawAsync(new byte[] { 0, 0, 0, 1, 42 });

        Assert.Equal([0, 0, 0, 1, 42], (await sent).ToArray());
    }

    [Fact]
    public async Task Connect_OverTcp_SendsAndReceives()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var accepted = listener.AcceptTcpClientAsync();
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", port);
        using var client = await accepted;
        var broker = new ScriptedBroker(new StreamDuplexPipe(client.GetStream()));

        var sent = channel.SendAsync(new HeartbeatRequest(), 4);
        await broker.AnswerAsync(await broker.TakeHeaderAsync(), new HeartbeatResponse { ThrottleTimeMs = 6 });
        Assert.Equal(6, (await sent).ThrottleTimeMs);
        await broker.CloseAsync();
        await channel.Closed;
    }

    [Fact]
    public async Task Connect_ToClosedPort_ThrowsSocketException()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        await Assert.ThrowsAsync<SocketException>(() => KafkaChannel.ConnectAsync("127.0.0.1", port));
    }
}
