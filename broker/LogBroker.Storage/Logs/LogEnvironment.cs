using LogBroker.Storage.Cleaning;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Flushing;
using LogBroker.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Logs;

/// <summary>What all logs of one directory share.</summary>
/// <remarks><c>SaveOffsets</c> writes the directory's checkpoint files as the logs are now; no log's lock may be held.
/// </remarks>
internal sealed record LogEnvironment(
    IDisk Disk,
    SegmentHandles Handles,
    LogFlusher Flusher,
    DeferredDeletions Deletions,
    LogStoreOptions Options,
    TimeProvider Time,
    ILogger Logger,
    Action SaveOffsets)
{
    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
