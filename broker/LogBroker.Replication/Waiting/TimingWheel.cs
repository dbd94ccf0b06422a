namespace LogBroker.Replication.Waiting;

/// <summary>Deadlines for thousands of parked requests on one timer: O(1) to add, O(1) to take back.</summary>
/// <remarks>
/// A hashed wheel (Varghese and Lauck, SOSP 1987) of <see cref="SlotCount"/> slots, <see cref="Tick"/> each. The timer is
/// armed for the next slot that holds anything and not at all when nothing waits, so idle requests cost nothing but
/// their own expiry. Thread safe; an entry expires on the timer's thread, at most one tick late, never early.
/// </remarks>
public sealed class TimingWheel : IDisposable
{
    private const int SlotCount = 512;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(8);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly WheelEntry?[] _slots = new WheelEntry?[SlotCount];
    private long _doneTick = -1;
    private long _armedTick = long.MaxValue;
    private int _count;

    public TimingWheel(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((TimingWheel)state!).Expire(), this,
            Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many entries wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    /// <summary>Lets <paramref name="entry"/> expire after <paramref name="delay"/>, unless it is removed before.</summary>
    public void Add(WheelEntry entry, TimeSpan delay)
    {
        lock (_lock)
        {
            TimeSpan due = _time.GetElapsedTime(_start) + delay;
            long tick = Math.Max(due.Ticks / Tick.Ticks + 1, _doneTick + 1);
            entry.LinkTo(ref _slots[tick % SlotCount], tick);
            _count++;
            if (tick < _armedTick) Arm(tick);
        }
    }

    /// <summary>Takes the entry back.</summary>
    /// <returns>False when it has expired or was never added.</returns>
    public bool Remove(WheelEntry entry)
    {
        lock (_lock)
        {
            if (!entry.IsLinked) return false;
            Unlink(entry);
            return true;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Expire()
    {
        WheelEntry? expired = null;
        lock (_lock)
        {
            long now = _time.GetElapsedTime(_start).Ticks / Tick.Ticks;
            for (long tick = Math.Max(_doneTick + 1, now - SlotCount + 1); tick <= now; tick++)
                CollectDue(tick % SlotCount, now, ref expired);
            _doneTick = now;
            ArmNext(now);
        }

        while (expired is not null)
        {
            WheelEntry entry = expired;
            expired = entry.TakeNextExpired();
            entry.OnExpired();
        }
    }

    private void CollectDue(long slot, long now, ref WheelEntry? expired)
    {
        for (WheelEntry? entry = _slots[slot]; entry is not null;)
        {
            WheelEntry? next = entry.Next;
            if (entry.DueTick <= now)
            {
                Unlink(entry);
                entry.PushExpired(ref expired);
            }

            entry = next;
        }
    }

    private void ArmNext(long now)
    {
        _armedTick = long.MaxValue;
        if (_count == 0) return;
        for (long tick = now + 1; tick <= now + SlotCount; tick++)
        {
            if (_slots[tick % SlotCount] is null) continue;
            Arm(tick);
            return;
        }
    }

    private void Arm(long tick)
    {
        _armedTick = tick;
        TimeSpan wait = TimeSpan.FromTicks(tick * Tick.Ticks) - _time.GetElapsedTime(_start);
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Unlink(WheelEntry entry)
    {
        entry.UnlinkFrom(ref _slots[entry.DueTick % SlotCount]);
        _count--;
    }
}
