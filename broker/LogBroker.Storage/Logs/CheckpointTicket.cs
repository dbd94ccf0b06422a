using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Flushing;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <summary>One checkpoint of one log: what is written and must be synced before its recovery point may move.</summary>
/// <param name="Log">The log.</param>
/// <param name="Target">The log's end when the checkpoint began.</param>
/// <param name="Generation">The log's truncations so far.</param>
/// <param name="Flush">The records; null when they are durable.</param>
/// <param name="Segments">Those whose indexes may not be durable.</param>
/// <param name="SnapshotPath">The producer snapshot at the target.</param>
/// <param name="Disk">What syncs it all.</param>
internal sealed record CheckpointTicket(
    PartitionLog Log,
    Offset Target,
    int Generation,
    FlushTicket? Flush,
    ArraySegment<LogSegment> Segments,
    string SnapshotPath,
    IDisk Disk)
{
    public void Sync()
    {
        Flush?.Sync();
        foreach (LogSegment segment in Segments) segment.SyncIndexes();
        using IDiskFile snapshot = Disk.Open(SnapshotPath, FileOpening.Existing);
        snapshot.SyncData();
        Disk.SyncDirectory(Path.GetDirectoryName(SnapshotPath)!);
    }
}
