namespace LogBroker.Replication.Waiting;

/// <summary>Those who wait for one partition to move. Thread safe; waking an empty list costs one read.</summary>
public sealed class WatchList
{
    private readonly Lock _lock = new();
    private volatile Watch? _head;

    /// <summary>Wakes everyone who watches, to look again.</summary>
    public void WakeAll()
    {
        if (_head is null) return;
        lock (_lock)
        {
            for (Watch? watch = _head; watch is not null; watch = watch.Next) watch.Request.Wake();
        }
    }

    internal void Add(Watch watch)
    {
        lock (_lock)
        {
            watch.Next = _head;
            if (_head is not null) _head.Previous = watch;
            watch.IsLinked = true;
            _head = watch;
        }
    }

    internal void Remove(Watch watch)
    {
        lock (_lock)
        {
            if (!watch.IsLinked) return;
            if (watch.Previous is null) _head = watch.Next;
            else watch.Previous.Next = watch.Next;
            if (watch.Next is not null) watch.Next.Previous = watch.Previous;
            watch.Previous = null;
            watch.Next = null;
            watch.IsLinked = false;
        }
    }
}
