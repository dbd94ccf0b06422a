using System.Buffers;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Transport.Tests;

public sealed class PooledResponseTests : IAsyncDisposable
{
    private readonly CountingMemory _memory = new();
    private readonly KafkaChannel _channel;
    private readonly ScriptedBroker _broker;

    public PooledResponseTests()
    {
        var transport = InMemoryTransport.Create();
        _broker = new ScriptedBroker(transport.Broker);
        _channel = new KafkaChannel(transport.Client);
    }

    public async ValueTask DisposeAsync() => await _channel.DisposeAsync();

    [Fact]
    public async Task DispatchPooled_AnsweredByteByByte_GivesTheMessageAndTakesTheMemoryBack()
    {
        var sent = SendAsync(_memory);
        var header = await _broker.TakeHeaderAsync();
        foreach (byte one in Encode(header, new HeartbeatResponse { ThrottleTimeMs = 9 }))
            await _broker.WriteAsync(new[] { one });

        using (var response = await sent)
        {
            Assert.Equal(9, response.Message.ThrottleTimeMs);
            Assert.Equal(1, _memory.Rented);
        }
        Assert.Equal(0, _memory.Rented);
    }

    [Fact]
    public async Task DispatchPooled_AmongOthers_EachGetsItsOwnResponse()
    {
        var first = _channel.SendAsync(new HeartbeatRequest(), 4);
        var pooled = SendAsync(_memory);
        var last = _channel.SendAsync(new HeartbeatRequest(), 4);
        var bytes = new List<byte>();
        for (int i = 0; i < 3; i++)
            bytes.AddRange(Encode(await _broker.TakeHeaderAsync(), new HeartbeatResponse { ThrottleTimeMs = i }));
        await _broker.WriteAsync(bytes.ToArray());

        Assert.Equal(0, (await first).ThrottleTimeMs);
        using var response = await pooled;
        Assert.Equal(1, response.Message.ThrottleTimeMs);
        Assert.Equal(2, (await last).ThrottleTimeMs);
    }

    [Fact]
    public async Task DispatchPooled_CutOffHalfWay_FailsAndGivesTheMemoryBack()
    {
        var sent = SendAsync(_memory);
        byte[] frame = Encode(await _broker.TakeHeaderAsync(), new HeartbeatResponse());
        await _broker.WriteAsync(frame.AsMemory(0, frame.Length - 1));
        await _broker.CloseAsync();

        await Assert.ThrowsAsync<ConnectionClosedException>(() => sent);
        await _channel.Closed;
        Assert.Equal((0, 1), (_memory.Rented, _memory.Rents));
    }

    [Fact]
    public async Task DispatchPooled_WithoutMemoryForTheResponse_FailsAndEndsTheConnection()
    {
        var sent = SendAsync(new NoMemory());
        await _broker.WriteAsync(Encode(await _broker.TakeHeaderAsync(), new HeartbeatResponse()));

        var closed = await Assert.ThrowsAsync<ConnectionClosedException>(() => sent.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains("no memory left", closed.Message, StringComparison.Ordinal);
    }

    private async Task<PooledResponse<HeartbeatResponse>> SendAsync(MemoryPool<byte> memory) =>
        await await _channel.DispatchPooledAsync(new HeartbeatRequest(), 4, memory);

    private static byte[] Encode(RequestHeader request, HeartbeatResponse response)
    {
        using var frame = new FrameBuffer();
        var output = new ArrayBufferWriter<byte>();
        frame.EncodeResponse(request.CorrelationId, response, request.ApiVersion);
        frame.CopyTo(output);
        return output.WrittenSpan.ToArray();
    }

    private sealed class NoMemory : MemoryPool<byte>
    {
        public override int MaxBufferSize => int.MaxValue;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => throw new InsufficientMemoryException("no memory left");

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class CountingMemory : MemoryPool<byte>
    {
        private int _rented;
        private int _rents;

        public override int MaxBufferSize => int.MaxValue;

        public int Rented => Volatile.Read(ref _rented);

        public int Rents => Volatile.Read(ref _rents);

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref _rented);
            Interlocked.Increment(ref _rents);
            return new Owner(this, minBufferSize);
        }

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Owner(CountingMemory pool, int bytes) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[bytes + 7];

            public void Dispose() => Interlocked.Decrement(ref pool._rented);
        }
    }
}
