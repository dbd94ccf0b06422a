using LogBroker.Protocol.Primitives;

namespace LogBroker.Server.Connections;

/// <summary>Stands before every handler. Registered only where a test wants to do a client harm; there is none otherwise.</summary>
internal interface IRequestInterceptor
{
    /// <summary>Starts the work on a request, or does something else in its place.</summary>
    /// <param name="handler">Whose request it is.</param>
    /// <param name="reader">Stands before the request's body.</param>
    /// <param name="context">Who asks.</param>
    /// <exception cref="ConnectionAbortException">The connection is to be closed.</exception>
    StartedRequest Start(RequestHandler handler, ref KafkaReader reader, RequestContext context);
}
