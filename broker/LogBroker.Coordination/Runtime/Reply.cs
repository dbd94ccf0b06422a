namespace LogBroker.Coordination.Runtime;

/// <summary>The answer to a request that was parked, as part of a later decision. The runtime delivers it when that decision is
/// committed.</summary>
public abstract class Reply
{
    private protected Reply()
    {
    }

    /// <summary>Whom it answers.</summary>
    public abstract PendingReply Pending { get; }

    internal abstract void Deliver();
}

/// <summary>The answer to one parked request.</summary>
public sealed class Reply<TResponse>(PendingReply<TResponse> pending, TResponse response) : Reply
    where TResponse : class
{
    public override PendingReply<TResponse> Pending => pending;

    public TResponse Response => response;

    internal override void Deliver() => pending.Complete(CommandResult.Of(response));
}
