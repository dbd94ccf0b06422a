namespace LogBroker.Coordination.Runtime;

/// <summary>A moment at which a state machine has to do something, armed through <see cref="Deadlines"/>.</summary>
/// <param name="onDue">Decides what follows when it has come; called with the present moment, the deadline disarmed.</param>
public sealed class Deadline(Func<DateTimeOffset, Decision<Nothing>> onDue)
{
    /// <summary>When it is due; null = not armed.</summary>
    public DateTimeOffset? At { get; internal set; }

    /// <summary>The earliest entry of it in the queue; null = none.</summary>
    internal DateTimeOffset? QueuedAt { get; set; }

    /// <summary>Takes it back; it may be armed again.</summary>
    public void Disarm() => At = null;

    /// <summary>What follows now that it has come.</summary>
    public Decision<Nothing> Decide(DateTimeOffset now) => onDue(now);
}
