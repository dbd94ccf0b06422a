namespace LogBroker.Coordination.Runtime;

/// <summary>The deadlines of one state, in one queue that is put right lazily: moving a deadline further away, as every
/// heartbeat does, touches nothing but the deadline.</summary>
/// <remarks>Owned by a state, guarded by its shard's lock.</remarks>
public sealed class Deadlines
{
    private readonly PriorityQueue<Deadline, DateTimeOffset> _queue = new();

    /// <summary>When something may be due next; null = never. May be too early, never too late.</summary>
    public DateTimeOffset? Next => _queue.TryPeek(out _, out DateTimeOffset at) ? at : null;

    /// <summary>Sets or moves a deadline.</summary>
    public void Arm(Deadline deadline, DateTimeOffset at)
    {
        deadline.At = at;
        if (deadline.QueuedAt is { } queued && queued <= at) return;
        deadline.QueuedAt = at;
        _queue.Enqueue(deadline, at);
    }

    /// <summary>Takes the earliest deadline that has come, disarmed; null when there is none.</summary>
    public Deadline? TakeDue(DateTimeOffset now)
    {
        while (_queue.TryPeek(out Deadline? deadline, out DateTimeOffset queued) && queued <= now)
        {
            _queue.Dequeue();
            if (deadline.QueuedAt != queued) continue; // an entry behind the one that stood for it
            deadline.QueuedAt = null;
            if (deadline.At is not { } at) continue;
            if (at > now)
            {
                deadline.QueuedAt = at;
                _queue.Enqueue(deadline, at);
                continue;
            }

            deadline.At = null;
            return deadline;
        }

        return null;
    }
}
