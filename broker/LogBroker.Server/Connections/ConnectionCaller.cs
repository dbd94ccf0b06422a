using System.Net;

namespace LogBroker.Server.Connections;

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="Listener">The name of the listener it came in by.</param>
/// <param name="RemoteEndPoint">Its address.</param>
/// <param name="MarkActive">Called when bytes came in or went out; a connection that is silent for long is closed.</param>
/// <param name="Closed">Fires when the connection is closed.</param>
internal sealed record ConnectionCaller(string Listener, EndPoint? RemoteEndPoint, Action MarkActive, CancellationToken Closed);
