using LogBroker.Coordination.Runtime;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>What the members of one group are waited for, each by a deadline. Soft state: armed anew after a restart.</summary>
/// <remarks>Owned by <see cref="ConsumerGroup"/>, guarded by its shard's lock.</remarks>
internal sealed class MemberTimers(Deadlines deadlines)
{
    private readonly Dictionary<(MemberWait Wait, string MemberId), Deadline> _armed = [];

    /// <summary>Waits for the member until <paramref name="at"/>; what it was waited for before counts no more.</summary>
    public void Arm(MemberWait wait, string memberId, DateTimeOffset at, Func<DateTimeOffset, Decision<Nothing>> onDue)
    {
        var key = (wait, memberId);
        if (wait == MemberWait.Heartbeat && _armed.TryGetValue(key, out var deadline))
        {
            deadlines.Arm(deadline, at);
            return;
        }

        Disarm(wait, memberId);
        deadline = new Deadline(now =>
        {
            _armed.Remove(key);
            return onDue(now);
        });
        _armed.Add(key, deadline);
        deadlines.Arm(deadline, at);
    }

    public bool IsArmed(MemberWait wait, string memberId) => _armed.ContainsKey((wait, memberId));

    public void Disarm(MemberWait wait, string memberId)
    {
        if (_armed.Remove((wait, memberId), out var deadline)) deadline.Disarm();
    }

    public void Disarm(string memberId)
    {
        foreach (var wait in Enum.GetValues<MemberWait>()) Disarm(wait, memberId);
    }

    public void DisarmAll()
    {
        foreach (var deadline in _armed.Values) deadline.Disarm();
        _armed.Clear();
    }
}

/// <summary>What a member is waited for.</summary>
internal enum MemberWait
{
    /// <summary>Any sign of life, within the session timeout.</summary>
    Heartbeat,

    /// <summary>That it gives up partitions, within the rebalance timeout.</summary>
    Revocation,

    /// <summary>That a classic member joins again, within the rebalance timeout.</summary>
    Join,

    /// <summary>That a classic member fetches its assignment, within the rebalance timeout.</summary>
    Sync,
}
