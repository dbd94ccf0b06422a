using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Server.Connections;

/// <summary>Serves one kind of request. It translates between the wire and the rooms below, and decides nothing itself.</summary>
internal abstract class RequestHandler
{
    public abstract ApiKey Key { get; }

    /// <summary>The versions that are decoded and served; any other closes the connection.</summary>
    public abstract VersionRange Served { get; }

    /// <summary>The versions ApiVersions names: those served, but where a client needs to be told otherwise.</summary>
    public virtual VersionRange Advertised => Served;

    /// <summary>Decodes the body that <paramref name="reader"/> stands before.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such request.</exception>
    public abstract IRequest Decode(ref KafkaReader reader, short version);

    /// <summary>Decodes the body that <paramref name="reader"/> stands before, and starts the work.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such request. Any other failure is the answer's.</exception>
    public abstract StartedRequest Start(ref KafkaReader reader, RequestContext context);
}

/// <summary>A handler of typed requests: override one of the two methods.</summary>
internal abstract class RequestHandler<TRequest, TResponse> : RequestHandler
    where TRequest : class, IRequest<TResponse>, IApiMessage<TRequest>
    where TResponse : class, IResponse
{
    public sealed override ApiKey Key => TRequest.Key;

    public override VersionRange Served { get; } = ApiCatalog.Find(TRequest.Key)!.StableVersions;

    public sealed override IRequest Decode(ref KafkaReader reader, short version) => TRequest.Read(ref reader, version);

    public sealed override StartedRequest Start(ref KafkaReader reader, RequestContext context)
    {
        TRequest request = TRequest.Read(ref reader, context.ApiVersion);
        try
        {
            return new StartedRequest(request, Handle(request, context));
        }
        catch (Exception e) when (e is not MalformedMessageException)
        {
            return new StartedRequest(request, HandlerStages.Failed(e));
        }
    }

    /// <summary>For handlers that fix their place in the order before they can answer.</summary>
    protected virtual HandlerStages Handle(TRequest request, RequestContext context) =>
        HandlerStages.Answered(Widen(HandleAsync(request, context)));

    /// <summary>For handlers whose requests may all run side by side.</summary>
    protected virtual Task<TResponse> HandleAsync(TRequest request, RequestContext context) =>
        throw new InvalidOperationException($"{GetType().Name} overrides neither Handle nor HandleAsync.");

    private static async Task<IResponse?> Widen(Task<TResponse> response) => await response.ConfigureAwait(false);
}
