using BenchmarkDotNet.Attributes;
using LogBroker.Compression;
using LogBroker.Protocol.Records;

namespace LogBroker.Benchmarks;

/// <summary>Each codec on the records of one batch of about 110 KB.</summary>
public class CodecBenchmarks : IThroughput, IDisposable
{
    private const int Records = 1_000;
    private const int ValueBytes = 100;

    private readonly PooledBufferWriter _output = new(256 * 1024);
    private byte[] _plain = [];
    private byte[] _compressed = [];
    private ICompressionCodec _codec = CompressionCodecs.Get(CompressionType.Lz4);

    [Params(CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd)]
    public CompressionType Type { get; set; }

    public long BytesPerOperation => SampleBatches.Build(Records, ValueBytes, headers: 0).Length;

    [GlobalSetup]
    public void Setup()
    {
        _codec = CompressionCodecs.Get(Type);
        _plain = SampleBatches.Build(Records, ValueBytes, headers: 0)[RecordBatchView.HeaderSizeInBytes..];
        _codec.Compress(_plain, _output);
        _compressed = _output.WrittenSpan.ToArray();
        Console.WriteLine($"// {Type}: {_plain.Length} to {_compressed.Length} bytes");
    }

    [Benchmark]
    public int Compress()
    {
        _output.Clear();
        _codec.Compress(_plain, _output);
        return _output.WrittenCount;
    }

    [Benchmark]
    public int Decompress()
    {
        _output.Clear();
        _codec.Decompress(_compressed, _output, int.MaxValue);
        return _output.WrittenCount;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _output.Dispose();
        GC.SuppressFinalize(this);
    }
}
