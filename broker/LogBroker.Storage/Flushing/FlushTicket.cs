using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Flushing;

/// <summary>One flush of one log: what must be synced so that the log is durable up to an offset.</summary>
/// <param name="Target">The log's end when the flush began.</param>
/// <param name="TailPosition">Where that end lies in the last of the segments.</param>
/// <param name="Generation">The log's truncations so far: a flush that began before one says nothing afterwards.</param>
/// <param name="Segments">Those with content that may not be durable.</param>
/// <param name="NewNamesIn">The directory to sync first, because files were made in it; else null.</param>
/// <param name="Disk">What syncs it.</param>
internal sealed record FlushTicket(
    Offset Target, long TailPosition, int Generation, ArraySegment<LogSegment> Segments, string? NewNamesIn, IDisk Disk)
{
    public LogSegment Tail => Segments[^1];

    public void Sync()
    {
        if (NewNamesIn is not null) Disk.SyncDirectory(NewNamesIn);
        foreach (LogSegment segment in Segments) segment.Log.SyncData();
    }
}
