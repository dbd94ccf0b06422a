using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Server.Handlers;

namespace LogBroker.Server.Connections;

/// <summary>Reads a request's header and hands its body to the handler of its kind.</summary>
/// <remarks>Stateless and thread safe: one serves all connections.</remarks>
internal sealed class RequestDispatcher(HandlerTable table, RequestMetrics metrics)
{
    /// <summary>Starts the work on one request.</summary>
    /// <param name="frame">The request; may be reused once the stage <c>Dispatched</c> is over.</param>
    /// <param name="caller">The connection it came by.</param>
    /// <returns>What <c>Dispatched</c> completes, and the answer to be.</returns>
    /// <exception cref="ConnectionAbortException">The bytes are no request, or of a kind or version not served.</exception>
    public (Task Dispatched, PendingResponse Response) Dispatch(Memory<byte> frame, ConnectionCaller caller)
    {
        try
        {
            var reader = new KafkaReader(frame);
            RequestHeader header = RequestHeader.Read(ref reader);
            RequestHandler? handler = table.Find(header.ApiKey);
            if (handler is null || !handler.Served.Contains(header.ApiVersion)) return Refuse(header);
            var context = new RequestContext(
                header.ApiVersion, header.ClientId, caller.Listener, caller.RemoteEndPoint, caller.Closed);
            HandlerStages stages = handler.Start(ref reader, context);
            metrics.Follow(header.ApiKey, stages.Completed);
            return (stages.Dispatched, new PendingResponse(header.CorrelationId, header.ApiVersion, stages.Completed));
        }
        catch (MalformedMessageException e)
        {
            throw new ConnectionAbortException($"a request cannot be read: {e.Message}");
        }
    }

    /// <summary>Only ApiVersions has a way to say that its version is not served.</summary>
    private static (Task, PendingResponse) Refuse(RequestHeader header)
    {
        if (header.ApiKey != ApiKey.ApiVersions)
        {
            throw new ConnectionAbortException(
                $"{header.ApiKey} version {header.ApiVersion} is not served ({ErrorCode.UnsupportedVersion})");
        }

        IResponse refusal = ApiVersionsHandler.Unsupported();
        return (Task.CompletedTask, new PendingResponse(header.CorrelationId, 0, Task.FromResult<IResponse?>(refusal)));
    }
}
