namespace LogBroker.Tests;

/// <summary>A clock that stands still until a test moves it; timers fire on the mover's thread, in the order they are due.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _elapsed;

    public DateTimeOffset Start { get; init; } = new(2031, 5, 7, 11, 13, 17, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    private TimeSpan Elapsed
    {
        get
        {
            lock (_lock) return _elapsed;
        }
    }

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_lock) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Whether a timer falls due in just this time: somebody has begun to wait for it.</summary>
    public bool HasTimerIn(TimeSpan left)
    {
        lock (_lock) return _timers.Exists(timer => timer.Due == _elapsed + left);
    }

    /// <summary>Moves the clock on by <paramref name="by"/>, stopping at every timer that falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan target = Elapsed + by;
        while (TakeDue(target) is { } timer) timer.Fire();
    }

    /// <summary>Moves the clock to the next timer that is due, or to <paramref name="target"/> when none is. In one step with what the timer
    /// is set to next, so that whoever sets it meanwhile has the last word.</summary>
    private ManualTimer? TakeDue(TimeSpan target)
    {
        lock (_lock)
        {
            ManualTimer? timer = _timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
            TimeSpan reached = timer?.Due ?? target;
            if (reached > _elapsed) _elapsed = reached;
            timer?.Rewind();
            return timer;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : owner._elapsed + dueTime;
                _period = period;
                return true;
            }
        }

        public void Rewind() => Due = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero ? TimeSpan.MaxValue : Due + _period;

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (owner._lock) owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
