using System.Collections.Immutable;

namespace LogBroker.Storage.Logs;

/// <summary>How the broker keeps its logs.</summary>
public sealed record LogStoreOptions
{
    /// <summary>The directories that hold partitions (<c>log.dirs</c>); a new partition goes to the one with the
    /// fewest.</summary>
    public required ImmutableArray<string> LogDirectories { get; init; }

    /// <summary>Whether every append is synced as soon as possible, so that it may be acknowledged as durable
    /// (<c>log.sync.before.ack</c>). Off, only <c>flush.messages</c>, <c>flush.ms</c> and checkpoints sync.</summary>
    public bool SyncBeforeAck { get; init; } = true;

    /// <summary>How many segment files may be open; null derives it from the process limit.</summary>
    public int? OpenFilesMax { get; init; }

    /// <summary>When at least so many logs wait for a sync, the whole file system is synced once instead of each file.
    /// Default 16: on ext4 both took equally long at 4 files, once for all a quarter of the time at 16 and a tenth at 256;
    /// but it also waits for what others wrote to the file system, so it is kept for where it clearly pays.</summary>
    public int SyncFileSystemAtLogs { get; init; } = 16;

    /// <summary>How long the state of an idle producer is kept (<c>producer.id.expiration.ms</c>).</summary>
    public TimeSpan ProducerIdExpiration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What a compressed batch may decompress to; one that would be larger is refused. Its records are checked while
    /// they are decompressed and not kept, so this bounds time more than memory. Default 128 MiB: a hundred times what
    /// clients put into a batch.</summary>
    public int DecompressedBytesMax { get; init; } = 128 * 1024 * 1024;

    /// <summary>Whether every compressed batch is decompressed to check its records (<c>log.check.compressed.records</c>). Off,
    /// that is done only where the topic asks for what the batch's header does not tell.</summary>
    public bool ChecksCompressedRecords { get; init; }

    /// <summary>Makes unique names for directories that wait for deletion, and ids for new log directories.</summary>
    public Func<Guid> NewId { get; init; } = Guid.NewGuid;
}
