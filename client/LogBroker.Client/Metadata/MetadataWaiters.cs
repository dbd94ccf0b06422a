using LogBroker.Client.Retry;

namespace LogBroker.Client.Metadata;

/// <summary>Who waits for news about the cluster. Questions are numbered; an answer counts for whoever asked before it was
/// sent for.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class MetadataWaiters
{
    private readonly Lock _lock = new();
    private readonly List<MetadataWaiter> _waiting = [];
    private long _asked;
    private long _begun;

    /// <summary>Why the last try failed; null after a success.</summary>
    public Exception? LastFailure { get; set; }

    /// <summary>Whether somebody asked since the last try began.</summary>
    public bool IsAsked
    {
        get
        {
            lock (_lock) return _asked > _begun;
        }
    }

    /// <summary>Whether somebody waits for the answer, not only complained.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (_lock) return _waiting.Count > 0;
        }
    }

    /// <summary>Asks without waiting.</summary>
    public void Ask()
    {
        lock (_lock) _asked++;
    }

    /// <summary>Asks; the result completes with the answer.</summary>
    public MetadataWaiter Wait()
    {
        lock (_lock)
        {
            var waiter = new MetadataWaiter(++_asked);
            _waiting.Add(waiter);
            return waiter;
        }
    }

    public void Remove(MetadataWaiter waiter)
    {
        lock (_lock) _waiting.Remove(waiter);
    }

    /// <summary>A try begins; what was asked up to now is answered by it.</summary>
    public long Begin()
    {
        lock (_lock) return _begun = _asked;
    }

    /// <summary>A try succeeded.</summary>
    public void Complete(long ticket, ClusterSnapshot snapshot)
    {
        LastFailure = null;
        foreach (var waiter in Take(ticket)) waiter.TrySetResult(snapshot);
    }

    /// <summary>No retry will help: all who wait hear of it.</summary>
    public void Fail(Exception failure)
    {
        foreach (var waiter in Take(long.MaxValue))
        {
            waiter.TrySetException(failure);
            waiter.Task.IgnoreFailure();
        }
    }

    private List<MetadataWaiter> Take(long ticket)
    {
        lock (_lock)
        {
            var taken = _waiting.FindAll(waiter => waiter.Ticket <= ticket);
            _waiting.RemoveAll(waiter => waiter.Ticket <= ticket);
            return taken;
        }
    }
}

/// <summary>Somebody who waits for news about the cluster.</summary>
/// <param name="ticket">The number of the question.</param>
internal sealed class MetadataWaiter(long ticket)
    : TaskCompletionSource<ClusterSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public long Ticket => ticket;
}
