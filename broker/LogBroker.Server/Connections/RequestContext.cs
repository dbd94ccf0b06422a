using System.Net;

namespace LogBroker.Server.Connections;

/// <summary>What a handler may know of a request besides its body.</summary>
/// <param name="ApiVersion">The version the request is written in, and its answer will be.</param>
/// <param name="ClientId">The name the client gives itself; null when it gives none.</param>
/// <param name="Listener">The name of the listener it came in by, as in <c>listeners</c>.</param>
/// <param name="RemoteEndPoint">Where it came from.</param>
/// <param name="ConnectionClosed">Fires when nobody waits for the answer any more.</param>
internal sealed record RequestContext(
    short ApiVersion,
    string? ClientId,
    string Listener,
    EndPoint? RemoteEndPoint,
    CancellationToken ConnectionClosed);
