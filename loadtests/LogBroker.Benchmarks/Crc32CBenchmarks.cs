using System.Numerics;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using LogBroker.Protocol.Records;

namespace LogBroker.Benchmarks;

/// <summary>The checksum of a batch: ours beside the plain loop over the processor's instruction.</summary>
public class Crc32CBenchmarks : IThroughput
{
    private byte[] _bytes = [];

    [Params(200, 1_024, 16_384, 1_048_576)]
    public int Bytes { get; set; }

    public long BytesPerOperation => Bytes;

    [GlobalSetup]
    public void Setup()
    {
        _bytes = new byte[Bytes];
        new Random(1).NextBytes(_bytes);
    }

    [Benchmark]
    public uint Crc32COfBatch() => Crc32C.Compute(_bytes);

    [Benchmark(Baseline = true)]
    public uint OneLane()
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(_bytes.AsSpan());
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        return ~crc;
    }
}
