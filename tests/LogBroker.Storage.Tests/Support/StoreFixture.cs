using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Storage.Tests.Support;

/// <summary>A store over one directory that can be stopped in any way and opened again.</summary>
internal sealed class StoreFixture : IDisposable
{
    public static readonly TopicPartition Partition = new("orders", 0);
    public static readonly Guid TopicId = new("00112233-4455-6677-8899-aabbccddeeff");

    private readonly TempDirectory? _temporary;

    public StoreFixture(IDisk? disk = null, LogOptions? options = null)
    {
        if (disk is null) _temporary = new TempDirectory();
        Disk = disk ?? new PosixDisk();
        if (disk is not null) disk.CreateDirectory("/data");
        LogOptions = options ?? LogOptions.Default;
        StoreOptions = new LogStoreOptions { LogDirectories = [_temporary?.Path ?? "/data"] };
        Open();
    }

    public IDisk Disk { get; }

    public TestTime Time { get; } = new();

    public LogOptions LogOptions { get; set; }

    public LogStoreOptions StoreOptions { get; set; }

    public LogStore Store { get; private set; } = null!;

    public string Path => StoreOptions.LogDirectories[0];

    public PartitionLog Log => Store.TryGet(Partition, out PartitionLog? log)
        ? log
        : Store.Create(Partition, TopicId, LogOptions);

    public string PathOf(string file) => System.IO.Path.Combine(Path, Partition.ToString(), file);

    public LogAppendResult Append(params string[] values) => AppendBatch(Batches.Of(Time.Milliseconds, values));

    public LogAppendResult AppendBatch(byte[] batch, AppendOrigin origin = AppendOrigin.Client, int epoch = 0) =>
        Log.AppendAsLeader(batch, new LeaderEpoch(epoch), origin);

    /// <summary>Runs the flusher until nothing waits.</summary>
    public void Flush()
    {
        foreach (LogDirectory directory in Store.Directories)
        {
            while (directory.Flusher.RunOnce())
            {
                // more may have come in
            }
        }
    }

    /// <summary>Stops in order and opens again.</summary>
    public void Restart()
    {
        Store.CloseCleanly();
        Open();
    }

    /// <summary>Lets go of everything as a kill would, and opens again.</summary>
    public void Crash()
    {
        Store.Dispose();
        Open();
    }

    public void Open()
    {
        Store = LogStore.Open(StoreOptions, Disk, Time, NullLoggerFactory.Instance);
        Store.Load((_, _) => LogOptions, threads: 2);
    }

    public void Dispose()
    {
        Store.Dispose();
        _temporary?.Dispose();
    }
}
