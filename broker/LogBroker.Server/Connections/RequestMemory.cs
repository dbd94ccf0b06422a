using LogBroker.Server.Hosting;

namespace LogBroker.Server.Connections;

/// <summary>The memory that requests may take which have not wholly arrived, over all connections
/// (<c>queued.max.request.bytes</c>).</summary>
/// <remarks>
/// Thread safe. A share is asked for as bytes arrive, never for what a length field claims. When all is taken connections
/// wait, oldest first, and with them their clients. So that not all wait for each other, one of them, the elder, always gets
/// what it asks for: then at most one more request of <c>socket.request.max.bytes</c> is held.
/// </remarks>
internal sealed class RequestMemory(long bytesMax, LimitReports limits)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private RequestShare? _elder;
    private long _taken;

    /// <summary>Bytes that are taken.</summary>
    public long TakenBytes
    {
        get
        {
            lock (_lock) return _taken;
        }
    }

    /// <summary>A connection's share, empty at first.</summary>
    public RequestShare NewShare() => new(this);

    /// <summary>Makes the share so large, at once or when there is room.</summary>
    internal Task ResizeAsync(RequestShare share, long bytes, CancellationToken cancelled)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (bytes <= share.Bytes || TryGrow(share, bytes))
            {
                if (bytes < share.Bytes) Shrink(share, bytes);
                return Task.CompletedTask;
            }

            waiter = new Waiter(share, bytes);
            _waiting.AddLast(waiter);
        }

        limits.HeldBack(LimitNames.QueuedBytes, bytesMax, () => "A request in arrival");
        return WaitAsync(waiter, cancelled);
    }

    /// <summary>Takes all of the share back.</summary>
    internal void Release(RequestShare share)
    {
        lock (_lock) Shrink(share, 0);
    }

    private async Task WaitAsync(Waiter waiter, CancellationToken cancelled)
    {
        try
        {
            await waiter.Served.Task.WaitAsync(cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock) _waiting.Remove(waiter);
            throw;
        }
    }

    private bool TryGrow(RequestShare share, long bytes)
    {
        long more = bytes - share.Bytes;
        if (_taken + more > bytesMax)
        {
            _elder ??= share;
            if (_elder != share) return false;
        }

        _taken += more;
        share.Bytes = bytes;
        return true;
    }

    private void Shrink(RequestShare share, long bytes)
    {
        _taken -= share.Bytes - bytes;
        share.Bytes = bytes;
        if (bytes == 0 && _elder == share) _elder = null;
        while (_waiting.First is { Value: var next } && TryGrow(next.Share, next.Bytes))
        {
            _waiting.RemoveFirst();
            next.Served.TrySetResult();
        }
    }

    private sealed record Waiter(RequestShare Share, long Bytes)
    {
        public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What one connection holds of <see cref="RequestMemory"/>.</summary>
/// <remarks>Owned by the connection's reading loop; disposing gives all back.</remarks>
internal sealed class RequestShare(RequestMemory memory) : IDisposable
{
    /// <summary>Written under the memory's lock.</summary>
    internal long Bytes { get; set; }

    /// <summary>Makes it so large; waits while others hold too much.</summary>
    public Task ResizeAsync(long bytes, CancellationToken cancelled) => bytes == Bytes
        ? Task.CompletedTask
        : memory.ResizeAsync(this, bytes, cancelled);

    public void Dispose()
    {
        if (Bytes > 0) memory.Release(this);
    }
}
