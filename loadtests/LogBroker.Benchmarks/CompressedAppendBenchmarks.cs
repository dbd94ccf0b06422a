using BenchmarkDotNet.Attributes;
using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Benchmarks;

/// <summary>What it costs to look into a compressed batch: appending 1,000 records of 100 bytes, compressed or not. The
/// rate is that of the records as they were before compression.</summary>
public class CompressedAppendBenchmarks : IThroughput, IDisposable
{
    private const int Records = 1_000;
    private const int ValueBytes = 100;
    private const int BytesBetweenRetention = 128 << 20;

    private string _directory = "";
    private LogStore? _store;
    private PartitionLog? _log;
    private byte[] _batch = [];
    private int _appended;

    [Params(CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd)]
    public CompressionType Type { get; set; }

    public long BytesPerOperation => SampleBatches.Build(Records, ValueBytes, headers: 0).Length;

    [GlobalSetup]
    public void Setup()
    {
        _directory = Directory.CreateTempSubdirectory("logbroker-bench-").FullName;
        _store = LogStore.Open(
            new LogStoreOptions { LogDirectories = [_directory], SyncBeforeAck = false },
            new PosixDisk(),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var options = new LogOptions
        {
            SegmentBytes = 64 << 20,
            RetentionBytes = 128 << 20,
            FileDeleteDelay = TimeSpan.Zero,
        };
        _store.Load((_, _) => options, threads: 1);
        _log = _store.Create(new TopicPartition("bench", 0), Guid.NewGuid(), options);
        ICompressionCodec? codec = Type == CompressionType.None ? null : CompressionCodecs.Get(Type);
        _batch = SampleBatches.Build(Records, ValueBytes, headers: 0, codec);
        Console.WriteLine($"// {Type}: {_batch.Length} bytes");
    }

    [Benchmark]
    public long AppendCompressed()
    {
        RecordBatchView.Stamp(_batch, Offset.Zero, LeaderEpoch.None);
        LogAppendResult result = _log!.AppendAsLeader(_batch, new LeaderEpoch(0), AppendOrigin.Client);
        if (!result.IsAppended) throw new InvalidOperationException(result.Message);
        _appended += _batch.Length;
        if (_appended >= BytesBetweenRetention) Shrink();
        return result.LastOffset.Value;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _store?.Dispose();
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    private void Shrink()
    {
        _appended = 0;
        _log!.Flush();
        _store!.RunRetention();
        _store.RunDeletions();
    }
}
