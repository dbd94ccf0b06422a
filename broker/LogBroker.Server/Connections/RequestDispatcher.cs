using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Server.Handlers;

namespace LogBroker.Server.Connections;

/// <summary>Reads a request's header and hands its body to the handler of its kind.</summary>
/// <remarks>Stateless and thread safe: one serves all connections.</remarks>
internal sealed class RequestDispatcher
{
    private readonly Dictionary<ApiKey, Route> _routes;
    private readonly ApiMeter _unknown;
    private readonly RequestMetrics _metrics;
    private readonly IRequestInterceptor? _interceptor;

    public RequestDispatcher(HandlerTable table, RequestMetrics metrics, IRequestInterceptor? interceptor = null)
    {
        _routes = table.Handlers.ToDictionary(handler => handler.Key, handler => new Route(handler, metrics.Of(handler.Key)));
        _metrics = metrics;
        _interceptor = interceptor;
        _unknown = metrics.Of((ApiKey)(-1));
    }

    /// <summary>Starts the work on one request.</summary>
    /// <param name="frame">The request; may be reused once the stage <c>Dispatched</c> is over.</param>
    /// <param name="caller">The connection it came by.</param>
    /// <returns>What <c>Dispatched</c> completes, and the answer to be.</returns>
    /// <exception cref="ConnectionAbortException">The bytes are no request, or of a kind or version not served.</exception>
    public (Task Dispatched, PendingResponse Response) Dispatch(Memory<byte> frame, ConnectionCaller caller)
    {
        long now = _metrics.Now;
        try
        {
            var reader = new KafkaReader(frame);
            RequestHeader header = RequestHeader.Read(ref reader);
            var context = new RequestContext(
                header.ApiVersion, header.ClientId, caller.Listener, caller.RemoteEndPoint, caller.Closed);
            if (!_routes.TryGetValue(header.ApiKey, out Route route) || !route.Handler.Served.Contains(header.ApiVersion))
                return Refuse(header, context, now);
            StartedRequest started = _interceptor is null
                ? route.Handler.Start(ref reader, context)
                : _interceptor.Start(route.Handler, ref reader, context);
            route.Meter.Started();
            return (started.Stages.Dispatched, new PendingResponse(
                header.CorrelationId, context, started.Request, started.Stages.Completed, route.Meter, now));
        }
        catch (MalformedMessageException e)
        {
            throw new ConnectionAbortException(AbortReason.Malformed, $"a request cannot be read: {e.Message}");
        }
    }

    /// <summary>Only ApiVersions has a way to say that its version is not served.</summary>
    private (Task, PendingResponse) Refuse(RequestHeader header, RequestContext context, long now)
    {
        if (header.ApiKey != ApiKey.ApiVersions)
        {
            throw new ConnectionAbortException(
                AbortReason.Unsupported,
                $"{header.ApiKey} version {header.ApiVersion} is not served ({ErrorCode.UnsupportedVersion})");
        }

        ApiMeter meter = _routes.TryGetValue(header.ApiKey, out Route route) ? route.Meter : _unknown;
        meter.Started();
        return (Task.CompletedTask, new PendingResponse(
            header.CorrelationId,
            context with { ApiVersion = 0 },
            null,
            Task.FromResult<IResponse?>(ApiVersionsHandler.Unsupported()),
            meter,
            now));
    }

    private readonly record struct Route(RequestHandler Handler, ApiMeter Meter);
}
