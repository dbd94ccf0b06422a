using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Runtime;

/// <summary>A request that a later decision will answer. State machines only hold it and name it in a <see cref="Reply"/>; the
/// runtime answers it.</summary>
public abstract class PendingReply
{
    private protected PendingReply()
    {
    }

    internal abstract void Fail(ErrorCode error);
}

/// <inheritdoc cref="PendingReply"/>
public sealed class PendingReply<TResponse> : PendingReply
    where TResponse : class
{
    private readonly TaskCompletionSource<CommandResult<TResponse>> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<CommandResult<TResponse>> Done => _done.Task;

    /// <summary>The answer, to be put into a decision.</summary>
    public Reply<TResponse> With(TResponse response) => new(this, response);

    internal override void Fail(ErrorCode error) => Complete(CommandResult.Failed<TResponse>(error));

    internal void Complete(CommandResult<TResponse> result) => _done.TrySetResult(result);
}
