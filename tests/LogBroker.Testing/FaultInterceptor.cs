using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Server.Connections;

namespace LogBroker.Testing;

/// <summary>Lets the faults in force do their harm.</summary>
internal sealed class FaultInterceptor(BrokerFaults faults) : IRequestInterceptor
{
    public StartedRequest Start(RequestHandler handler, ref KafkaReader reader, RequestContext context)
    {
        if (faults.Take(handler.Key) is not { } fault) return handler.Start(ref reader, context);
        if (fault.Kind == FaultKind.Disconnect) throw Closed();
        if (fault.Kind == FaultKind.Fail)
        {
            IRequest request = handler.Decode(ref reader, context.ApiVersion);
            return new StartedRequest(request, HandlerStages.Done(FailureAnswers.Of(request, fault.Error) ?? throw Closed()));
        }

        StartedRequest started = handler.Start(ref reader, context);
        Task<IResponse?> completed = started.Stages.Completed;
        return started with
        {
            Stages = started.Stages with
            {
                Completed = fault.Kind == FaultKind.Delay ? DelayAsync(completed, fault.Duration) : LoseAsync(completed),
            },
        };
    }

    // Not cancelled when the client goes: what the answer holds is let go of by whoever waits for it.
    private static async Task<IResponse?> DelayAsync(Task<IResponse?> completed, TimeSpan duration)
    {
        await Task.Delay(duration);
        return await completed;
    }

    private static async Task<IResponse?> LoseAsync(Task<IResponse?> completed)
    {
        if (await completed is FetchResponse fetched) Release(fetched);
        throw Closed();
    }

    private static void Release(FetchResponse fetched)
    {
        foreach (FetchResponse.PartitionData partition in fetched.Responses.SelectMany(topic => topic.Partitions))
            (partition.Records as IDisposable)?.Dispose();
    }

    private static ConnectionAbortException Closed() => new(AbortReason.Gone, "a fault asked for by the test");
}
