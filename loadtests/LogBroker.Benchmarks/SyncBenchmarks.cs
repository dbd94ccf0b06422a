using BenchmarkDotNet.Attributes;
using LogBroker.Storage.Disk;

namespace LogBroker.Benchmarks;

/// <summary>Making 4 KB in each of many files durable: file by file, or the file system once.</summary>
public class SyncBenchmarks : IDisposable
{
    private readonly byte[] _page = new byte[4096];
    private readonly PosixDisk _disk = new();
    private string _directory = "";
    private IDiskVolume? _volume;
    private IDiskFile[] _files = [];
    private long _position;

    [Params(1, 4, 8, 16, 32, 64, 256, 1000)]
    public int Files { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _directory = Directory.CreateTempSubdirectory("logbroker-sync-").FullName;
        _volume = _disk.OpenVolume(_directory);
        _files = [.. Enumerable.Range(0, Files).Select(n => _disk.Open(Path.Combine(_directory, $"{n}"), FileOpening.OrCreate))];
        _volume.Sync();
    }

    [Benchmark(Baseline = true)]
    public void EachFile()
    {
        Write();
        foreach (IDiskFile file in _files) file.SyncData();
    }

    [Benchmark]
    public void FileSystem()
    {
        Write();
        _volume!.Sync();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (IDiskFile file in _files) file.Dispose();
        _volume?.Dispose();
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    private void Write()
    {
        foreach (IDiskFile file in _files) file.Write(_page, _position);
        _position += _page.Length;
    }
}
