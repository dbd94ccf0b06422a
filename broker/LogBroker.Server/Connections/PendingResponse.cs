using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>An answer that is due on a connection, after all those before it.</summary>
/// <param name="CorrelationId">The client's number of the request.</param>
/// <param name="Context">Who asked, in which version.</param>
/// <param name="Request">What was asked; views in it are not to be touched any more. Null where it could not be read.</param>
/// <param name="Completed">The answer; null where the protocol wants none.</param>
/// <param name="Meter">Where it is counted.</param>
/// <param name="StartedAt">When the request had arrived, as a timestamp of <paramref name="Meter"/>.</param>
internal readonly record struct PendingResponse(
    int CorrelationId,
    RequestContext Context,
    IRequest? Request,
    Task<IResponse?> Completed,
    ApiMeter Meter,
    long StartedAt);
