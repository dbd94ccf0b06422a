namespace LogBroker.Client.Consuming.Offsets;

/// <summary>Up to where a partition's records are done when handlers finish out of order: the offset that may be committed is the
/// first not done, and nothing behind it is.</summary>
/// <remarks>One thread starts records, in the order of their offsets; any thread completes them. A short lock for each: both sides
/// touch the same ring, and it is hardly ever contended.</remarks>
internal sealed class CommitWatermark
{
    private readonly Lock _lock = new();
    private Entry[] _ring = new Entry[64];
    private long _first;
    private long _next;
    private long _committable;
    private long _passed;
    private int _inFlight;
    private TaskCompletionSource? _idle;

    /// <param name="position">Where the partition's reading starts.</param>
    public CommitWatermark(long position) => _committable = position;

    /// <summary>The offset of the first record that is not done; behind the last one started when all are.</summary>
    public long Committable
    {
        get
        {
            lock (_lock) return _committable;
        }
    }

    /// <summary>Records started and not done.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock) return _inFlight;
        }
    }


    /// <summary>Completes when no record is in flight.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            if (_inFlight == 0) return Task.CompletedTask;
            return (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>A record was taken up.</summary>
    /// <param name="offset">Above all that were started before.</param>
    /// <returns>The ticket to complete it with.</returns>
    public long Start(long offset)
    {
        lock (_lock)
        {
            if (_next - _first == _ring.Length) Grow();
            if (_first == _next) _committable = offset;
            _ring[_next & (_ring.Length - 1)] = new Entry(offset, false);
            _inFlight++;
            return _next++;
        }
    }

    /// <summary>A record is done.</summary>
    /// <param name="ticket">What <see cref="Start"/> gave for it; completed once.</param>
    /// <returns>How many are still in flight.</returns>
    public int Complete(long ticket)
    {
        lock (_lock)
        {
            ref var entry = ref _ring[ticket & (_ring.Length - 1)];
            Leave();
            if (ticket < _first) return _inFlight; // From before a restart.
            entry = entry with { IsDone = true };
            while (_first < _next && _ring[_first & (_ring.Length - 1)] is { IsDone: true } done)
            {
                _first++;
                _committable = _first < _next ? _ring[_first & (_ring.Length - 1)].Offset : Math.Max(done.Offset + 1, _passed);
            }
            return _inFlight;
        }
    }

    /// <summary>The partition is read from elsewhere: what is in flight counts no more.</summary>
    public void Restart(long position)
    {
        lock (_lock)
        {
            _first = _next;
            _committable = position;
            _passed = position;
        }
    }

    /// <summary>Everything below <paramref name="offset"/> was read: control batches and compacted offsets at the end of what was
    /// started need no completion.</summary>
    public void Pass(long offset)
    {
        lock (_lock)
        {
            _passed = Math.Max(_passed, offset);
            if (_first == _next) _committable = Math.Max(_committable, _passed);
        }
    }

    /// <summary>A record that was started is given up: it is not done, and never will be.</summary>
    public void Abandon()
    {
        lock (_lock) Leave();
    }

    private void Leave()
    {
        if (--_inFlight > 0) return;
        _idle?.TrySetResult();
        _idle = null;
    }

    private void Grow()
    {
        var larger = new Entry[_ring.Length * 2];
        for (long index = _first; index < _next; index++)
            larger[index & (larger.Length - 1)] = _ring[index & (_ring.Length - 1)];
        _ring = larger;
    }

    private readonly record struct Entry(long Offset, bool IsDone);
}
