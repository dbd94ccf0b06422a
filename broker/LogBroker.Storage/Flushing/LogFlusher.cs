using System.Collections.Concurrent;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;

namespace LogBroker.Storage.Flushing;

/// <summary>Group commit for one log directory: one sync serves every append that was made before it.</summary>
/// <remarks>
/// Owned by the directory. Any thread may request; it costs one interlocked exchange, and a queue entry for the first
/// request of a log since its last flush began. The host runs <see cref="RunOnce"/> on threads of its own, woken by
/// <see cref="WakeUp"/>; several may run it at once, each takes other logs. With few logs each file is synced
/// (<c>fdatasync</c>), with many the file system once (<c>syncfs</c>), after which only a failure needs the single files:
/// they alone tell which log lost data. A failed sync takes that log offline for writes and is never repeated on the same
/// content.
/// </remarks>
public sealed class LogFlusher
{
    private readonly ConcurrentQueue<PartitionLog> _requested = new();
    private readonly IDiskVolume _volume;
    private readonly int _syncFileSystemAt;

    internal LogFlusher(IDiskVolume volume, int syncFileSystemAt)
    {
        _volume = volume;
        _syncFileSystemAt = Math.Max(1, syncFileSystemAt);
    }

    /// <summary>Called when there is something to flush; may be called though a run is under way. Must not block.</summary>
    public Action? WakeUp { get; set; }

    /// <summary>Asks that what <paramref name="log"/> holds now becomes durable.</summary>
    public void Request(PartitionLog log)
    {
        if (!log.TryEnterFlushQueue()) return;
        _requested.Enqueue(log);
        WakeUp?.Invoke();
    }

    /// <summary>Flushes the logs that are waiting when it is called or come in meanwhile.</summary>
    /// <returns>False when none was waiting.</returns>
    public bool RunOnce()
    {
        if (_requested.IsEmpty) return false;
        if (_requested.Count >= _syncFileSystemAt) FlushTogether();
        while (_requested.TryDequeue(out PartitionLog? log))
        {
            log.LeaveFlushQueue();
            if (log.BeginFlush() is { } ticket) FlushAlone(log, ticket);
        }

        return true;
    }

    /// <summary>Makes what <paramref name="log"/> holds now durable before it returns.</summary>
    /// <returns>False when the sync failed; the log is then offline for writes.</returns>
    internal static bool Flush(PartitionLog log) => log.BeginFlush() is not { } ticket || FlushAlone(log, ticket);

    /// <summary>Makes what all of <paramref name="logs"/> hold now durable before it returns.</summary>
    internal void Flush(IReadOnlyCollection<PartitionLog> logs)
    {
        if (logs.Count >= _syncFileSystemAt) FlushTogether(logs);
        else foreach (PartitionLog log in logs) Flush(log);
    }

    private void FlushTogether()
    {
        var logs = new List<PartitionLog>(_requested.Count);
        while (_requested.TryDequeue(out PartitionLog? log))
        {
            log.LeaveFlushQueue();
            logs.Add(log);
        }

        FlushTogether(logs);
    }

    private void FlushTogether(IReadOnlyCollection<PartitionLog> logs)
    {
        var tickets = new List<(PartitionLog Log, FlushTicket Ticket)>(logs.Count);
        foreach (PartitionLog log in logs)
        {
            if (log.BeginFlush() is { } ticket) tickets.Add((log, ticket));
        }

        bool isSynced = TrySyncFileSystem();
        foreach ((PartitionLog log, FlushTicket ticket) in tickets)
        {
            if (isSynced) log.EndFlush(ticket);
            else FlushAlone(log, ticket);
        }
    }

    private bool TrySyncFileSystem()
    {
        try
        {
            _volume.Sync();
            return true;
        }
        catch (DiskException)
        {
            return false; // the files are synced one by one then, and those that fail say so
        }
    }

    private static bool FlushAlone(PartitionLog log, FlushTicket ticket)
    {
        try
        {
            ticket.Sync();
        }
        catch (DiskException fault)
        {
            log.FailFlush(ticket, fault);
            return false;
        }

        log.EndFlush(ticket);
        return true;
    }
}
