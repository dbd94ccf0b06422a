using System.Net;
using LogBroker.Server.Hosting;

namespace LogBroker.Server.Connections;

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="Watch">The listener it came in by, and where signs of life are told.</param>
/// <param name="RemoteEndPoint">Its address.</param>
/// <param name="Abort">Closes the connection at once, whatever is under way.</param>
/// <param name="Closed">Fires when the connection is closed.</param>
internal sealed record ConnectionCaller(IListenerFeature Watch, EndPoint? RemoteEndPoint, Action Abort, CancellationToken Closed)
{
    public string Listener => Watch.Listener.Name;
}
