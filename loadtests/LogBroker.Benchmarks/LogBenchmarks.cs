using System.Buffers;
using BenchmarkDotNet.Attributes;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Benchmarks;

/// <summary>Appending a batch to a log, with and without a sync behind it, and reading it back.</summary>
/// <remarks>Old segments are deleted on the way, so the disk holds at most half a gigabyte.</remarks>
public class LogBenchmarks : IThroughput, IDisposable
{
    private const int ValueBytes = 100;
    private const int BytesBetweenRetention = 128 << 20;

    private readonly ArrayBufferWriter<byte> _output = new(1 << 20);
    private string _directory = "";
    private LogStore? _store;
    private PartitionLog? _log;
    private byte[] _batch = [];
    private int _appended;

    [Params(1, 16, 1024)]
    public int BatchKilobytes { get; set; }

    public long BytesPerOperation => Build().Length;

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
            RetentionBytes = 256 << 20,
            MaxMessageBytes = 2 << 20,
            FileDeleteDelay = TimeSpan.Zero,
        };
        _store.Load((_, _) => options, threads: 1);
        _log = _store.Create(new TopicPartition("bench", 0), Guid.NewGuid(), options);
        _batch = Build();
        for (int append = 0; append < 100; append++) Append();
    }

    [Benchmark]
    public long Append()
    {
        RecordBatchView.Stamp(_batch, Offset.Zero, LeaderEpoch.None);
        LogAppendResult result = _log!.AppendAsLeader(_batch, new LeaderEpoch(0), AppendOrigin.Client);
        if (!result.IsAppended) throw new InvalidOperationException(result.Message);
        _appended += _batch.Length;
        if (_appended >= BytesBetweenRetention) Shrink();
        return result.LastOffset.Value;
    }

    [Benchmark]
    public bool AppendAndSync()
    {
        Append();
        return _log!.Flush();
    }

    [Benchmark]
    public int ReadLastBatch()
    {
        _output.ResetWrittenCount();
        using LogReadResult read = _log!.Read(
            _log.LogEndOffset + -1, 2 << 20, _log.LogEndOffset, atLeastOneBatch: true);
        read.Records.CopyTo(_output);
        return _output.WrittenCount;
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

    private byte[] Build() =>
        SampleBatches.Build(Math.Max(1, BatchKilobytes * 1024 / (ValueBytes + 20)), ValueBytes, headers: 0);
}
