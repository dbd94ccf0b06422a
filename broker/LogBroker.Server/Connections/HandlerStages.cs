using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>The two moments of a request's life that its connection cares about.</summary>
/// <param name="Dispatched">The request's order is fixed and its frame no longer needed: the next one may start.</param>
/// <param name="Completed">The answer is there; null where the protocol wants none (<c>acks=0</c>).</param>
internal readonly record struct HandlerStages(Task Dispatched, Task<IResponse?> Completed)
{
    public static HandlerStages Done(IResponse? response) => new(Task.CompletedTask, Task.FromResult(response));

    public static HandlerStages Answered(Task<IResponse?> completed) => new(Task.CompletedTask, completed);

    public static HandlerStages Failed(Exception failure) => Answered(Task.FromException<IResponse?>(failure));
}

/// <summary>A request that was decoded and whose work has begun.</summary>
internal readonly record struct StartedRequest(IRequest Request, HandlerStages Stages);
