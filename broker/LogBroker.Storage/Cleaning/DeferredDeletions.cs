using LogBroker.Storage.Disk;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Cleaning;

/// <summary>Files that wait for <c>file.delete.delay.ms</c> before they go.</summary>
/// <remarks>Owned by LogStore. Any thread. What a stop leaves behind has a name that says so, and goes at the next
/// start.</remarks>
internal sealed partial class DeferredDeletions(ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Action, long> _waiting = new();

    /// <summary>Has <paramref name="delete"/> called when the time has come.</summary>
    /// <param name="due">In milliseconds since the Unix epoch.</param>
    /// <param name="delete">Throws only <see cref="DiskException"/>.</param>
    public void Add(long due, Action delete)
    {
        lock (_gate) _waiting.Enqueue(delete, due);
    }

    /// <summary>Deletes what is due.</summary>
    /// <returns>How many deletions were made.</returns>
    public int Run(long now)
    {
        int done = 0;
        while (TakeDue(now) is { } delete)
        {
            try
            {
                delete();
                done++;
            }
            catch (DiskException fault)
            {
                Log.DeletionFailed(logger, fault);
            }
        }

        return done;
    }

    private Action? TakeDue(long now)
    {
        lock (_gate)
            return _waiting.TryPeek(out _, out long due) && due <= now ? _waiting.Dequeue() : null;
    }

    private static partial class Log
    {
        [LoggerMessage(
            2201,
            LogLevel.Warning,
            "Deleted files could not be removed; the next start tries again",
            EventName = "DeletionFailed")]
        public static partial void DeletionFailed(ILogger logger, DiskException fault);
    }
}
