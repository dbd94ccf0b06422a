namespace LogBroker.Replication.Waiting;

/// <summary>Something with a deadline in a <see cref="TimingWheel"/>; its links belong to the wheel's lock.</summary>
public abstract class WheelEntry
{
    private WheelEntry? _previous;

    internal WheelEntry? Next { get; private set; }

    internal long DueTick { get; private set; }

    internal bool IsLinked { get; private set; }

    /// <summary>Called once, outside the wheel's lock, when the deadline has passed.</summary>
    protected internal abstract void OnExpired();

    internal void LinkTo(ref WheelEntry? head, long dueTick)
    {
        DueTick = dueTick;
        IsLinked = true;
        _previous = null;
        Next = head;
        if (head is not null) head._previous = this;
        head = this;
    }

    internal void UnlinkFrom(ref WheelEntry? head)
    {
        if (_previous is null) head = Next;
        else _previous.Next = Next;
        if (Next is not null) Next._previous = _previous;
        Next = null;
        _previous = null;
        IsLinked = false;
    }

    internal void PushExpired(ref WheelEntry? stack)
    {
        Next = stack;
        stack = this;
    }

    internal WheelEntry? TakeNextExpired()
    {
        WheelEntry? next = Next;
        Next = null;
        return next;
    }
}
