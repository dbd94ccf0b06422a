using BenchmarkDotNet.Attributes;
using LogBroker.Protocol.Records;

namespace LogBroker.Benchmarks;

/// <summary>Walking and building one batch of 1,000 records of 100 bytes. Walking must allocate nothing.</summary>
public class BatchBenchmarks : IThroughput, IDisposable
{
    private const int Records = 1_000;
    private const int ValueBytes = 100;

    private readonly byte[] _value = new byte[ValueBytes];
    private readonly RecordBatchBuilder _builder = new();
    private byte[] _batch = [];

    [Params(0, 2)]
    public int Headers { get; set; }

    public long BytesPerOperation => SampleBatches.Build(Records, ValueBytes, Headers).Length;

    [GlobalSetup]
    public void Setup() => _batch = SampleBatches.Build(Records, ValueBytes, Headers);

    [Benchmark]
    public int WalkRecords()
    {
        RecordBatchView.TryRead(_batch, out RecordBatchView batch);
        int bytes = 0;
        foreach (RecordView record in batch.EnumerateRecords())
        {
            bytes += record.Key.Length + record.Value.Length + record.OffsetDelta;
            foreach (RecordHeaderView header in record.Headers) bytes += header.Value.Length;
        }

        return bytes;
    }

    [Benchmark]
    public bool CheckCrc()
    {
        RecordBatchView.TryRead(_batch, out RecordBatchView batch);
        return batch.IsCrcValid;
    }

    [Benchmark]
    public int BuildBatch()
    {
        _builder.Reset();
        for (int index = 0; index < Records; index++) _builder.Append(index, "key-1234"u8, (ReadOnlySpan<byte>)_value);
        return _builder.Build().Length;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _builder.Dispose();
        GC.SuppressFinalize(this);
    }
}
