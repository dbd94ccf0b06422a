using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Testing;

namespace LogBroker.Benchmarks;

/// <summary>One request at a time to a broker in this process, over a socket. The client sends bytes that were made before
/// and allocates nothing, so what is allocated is the broker's.</summary>
public class RequestBenchmarks : IDisposable
{
    private const short ProduceVersion = 13;
    private const short FetchVersion = 17;
    private const int ValueBytes = 100;
    private const string Topic = "bench";

    private readonly byte[] _answer = new byte[2 << 20];
    private TestBroker? _broker;
    private Socket? _socket;
    private byte[] _produce = [];
    private byte[] _produceDurably = [];
    private byte[] _fetch = [];
    private byte[] _describe = [];
    private int _batchBytes;

    [Params(1, 16, 1000)]
    public int BatchKilobytes { get; set; }

    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    /// <summary>A batch, answered when it is in the page cache.</summary>
    [Benchmark]
    public int ProduceAcks1() => Exchange(_produce);

    /// <summary>A batch, answered when it is on the disk.</summary>
    [Benchmark]
    public int ProduceAcksAll() => Exchange(_produceDurably);

    /// <summary>The first batch of the log.</summary>
    [Benchmark]
    public int Fetch()
    {
        int bytes = Exchange(_fetch);
        Require(bytes > _batchBytes);
        return bytes;
    }

    /// <summary>The least that a request costs.</summary>
    [Benchmark]
    public int ApiVersions() => Exchange(_describe);

    [GlobalCleanup]
    public void Dispose()
    {
        _socket?.Dispose();
        _broker?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    private async Task SetupAsync()
    {
        _broker = await TestBroker.StartAsync(
            ("log.retention.bytes", "268435456"), ("log.retention.ms", "-1"), ("log.segment.bytes", "67108864"),
            ("log.retention.check.interval.ms", "500"), ("log.segment.delete.delay.ms", "0")).ConfigureAwait(false);
        CreateTopicsResponse created = await _broker.SendAsync(new CreateTopicsRequest
        {
            Topics =
            [
                new() { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 },
                new() { Name = $"{Topic}-read", NumPartitions = 1, ReplicationFactor = 1 },
            ],
        }).ConfigureAwait(false);
        if (created.Topics.Any(topic => topic.ErrorCode != ErrorCode.None))
            throw new InvalidOperationException(created.Topics[0].ErrorMessage);

        int records = Math.Max(1, BatchKilobytes * 1024 / (ValueBytes + 20));
        byte[] batch = SampleBatches.Build(records, ValueBytes, headers: 0);
        _batchBytes = batch.Length;
        Guid topic = created.Topics.First(found => found.Name == Topic).TopicId;
        Guid read = created.Topics.First(found => found.Name != Topic).TopicId;
        _produce = FrameOf(Produce(topic, batch, acks: 1), ProduceVersion);
        _produceDurably = FrameOf(Produce(topic, batch, acks: -1), ProduceVersion);
        _fetch = FrameOf(FetchFrom(read, batch.Length), FetchVersion);
        _describe = FrameOf(new ApiVersionsRequest { ClientSoftwareName = "b", ClientSoftwareVersion = "1" }, 4);

        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync(IPAddress.Loopback, _broker.Port).ConfigureAwait(false);
        Require(Exchange(FrameOf(Produce(read, batch, acks: -1), ProduceVersion)) is > 40 and < 120);
    }

    private static void Require(bool isSo)
    {
        if (!isSo) throw new InvalidOperationException("The broker did not answer as it should.");
    }

    private int Exchange(byte[] frame)
    {
        Socket socket = _socket!;
        for (int sent = 0; sent < frame.Length;) sent += socket.Send(frame.AsSpan(sent));
        Receive(sizeof(int));
        int length = BinaryPrimitives.ReadInt32BigEndian(_answer);
        Receive(length);
        return length;
    }

    private void Receive(int bytes)
    {
        for (int received = 0; received < bytes;)
        {
            int count = _socket!.Receive(_answer.AsSpan(received, bytes - received));
            Require(count > 0);
            received += count;
        }
    }

    private static byte[] FrameOf(IRequest request, short version)
    {
        using var frame = new FrameBuffer();
        frame.EncodeRequest(new RequestHeader(request.ApiKey, version, 1, "bench"), request);
        var output = new ArrayBufferWriter<byte>();
        frame.CopyTo(output);
        return output.WrittenSpan.ToArray();
    }

    private static ProduceRequest Produce(Guid topic, byte[] batch, short acks) => new()
    {
        Acks = acks,
        TimeoutMs = 30_000,
        TopicData =
        [
            new() { TopicId = topic, PartitionData = [new() { Index = 0, Records = new MemoryRecords(batch) }] },
        ],
    };

    private static FetchRequest FetchFrom(Guid topic, int bytes) => new()
    {
        MaxWaitMs = 1_000,
        MinBytes = 1,
        MaxBytes = bytes,
        SessionEpoch = -1,
        Topics = [new() { TopicId = topic, Partitions = [new() { FetchOffset = 0, PartitionMaxBytes = bytes }] }],
    };
}
