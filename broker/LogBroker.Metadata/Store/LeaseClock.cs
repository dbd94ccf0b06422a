namespace LogBroker.Metadata.Store;

/// <summary>Knows which leases live and until when, and calls back when the next one is due.</summary>
/// <remarks>Owned by a store, which calls it under its own gate; only the timer's callback comes from outside the gate, and it
/// must only ask the store to look (<see cref="Expired"/>) under the gate.</remarks>
internal sealed class LeaseClock : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimerMax = TimeSpan.FromDays(30);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly SortedDictionary<LeaseId, (TimeSpan TimeToLive, long StartedAt)> _leases =
        new(Comparer<LeaseId>.Create((left, right) => left.Value.CompareTo(right.Value)));

    public LeaseClock(TimeProvider time, Action due)
    {
        _time = time;
        _timer = time.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool Contains(LeaseId lease) => _leases.ContainsKey(lease);

    public void Start(LeaseId lease, TimeSpan timeToLive)
    {
        _leases[lease] = (timeToLive, _time.GetTimestamp());
        Arm();
    }

    public bool TryRestart(LeaseId lease)
    {
        if (!_leases.TryGetValue(lease, out var entry)) return false;
        Start(lease, entry.TimeToLive);
        return true;
    }

    public void Stop(LeaseId lease)
    {
        _leases.Remove(lease);
        Arm();
    }

    /// <summary>The leases whose time is over, oldest first; they count until they are stopped.</summary>
    public IReadOnlyList<LeaseId> Expired()
    {
        IReadOnlyList<LeaseId> expired =
            [.. _leases.Where(pair => Remaining(pair.Value) <= TimeSpan.Zero).Select(pair => pair.Key)];
        if (expired.Count == 0) Arm();
        return expired;
    }

    public void RetryExpiry() => _timer.Change(RetryAfter, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    private TimeSpan Remaining((TimeSpan TimeToLive, long StartedAt) entry) =>
        entry.TimeToLive - _time.GetElapsedTime(entry.StartedAt);

    private void Arm()
    {
        var next = Timeout.InfiniteTimeSpan;
        foreach (var entry in _leases.Values)
        {
            // A timer counts whole milliseconds: rounded up, so that it never fires before the lease is over.
            var due = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, Remaining(entry).TotalMilliseconds)));
            if (due > TimerMax) due = TimerMax;
            if (next == Timeout.InfiniteTimeSpan || due < next) next = due;
        }

        _timer.Change(next, Timeout.InfiniteTimeSpan);
    }
}
