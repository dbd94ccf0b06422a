using LogBroker.Protocol;
using LogBroker.Server.Handlers;

namespace LogBroker.Server.Connections;

/// <summary>Which handler serves which request: what dispatches is what ApiVersions answers from.</summary>
internal sealed class HandlerTable
{
    private readonly Dictionary<ApiKey, RequestHandler> _handlers;

    /// <param name="handlers">One per kind of request, but for ApiVersions, which describes the table itself.</param>
    public HandlerTable(IEnumerable<RequestHandler> handlers)
    {
        _handlers = handlers.Append(new ApiVersionsHandler(this)).ToDictionary(handler => handler.Key);
    }

    public IEnumerable<RequestHandler> Handlers => _handlers.Values;

    public RequestHandler? Find(ApiKey key) => _handlers.GetValueOrDefault(key);
}
