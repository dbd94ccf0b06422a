using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace LogBroker.TransportBench.OwnSockets;

/// <summary>A listening socket.</summary>
/// <remarks>Owned by Kestrel, whose one accept loop per listener calls it.</remarks>
internal sealed class SocketConnectionListener : IConnectionListener
{
    private readonly Socket _listening;

    private SocketConnectionListener(Socket listening)
    {
        _listening = listening;
        EndPoint = listening.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    /// <summary>Binds and listens.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static SocketConnectionListener Bind(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(endpoint.Address, endpoint.Port));
            socket.Listen(512);
            return new SocketConnectionListener(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                accepted = await _listening.AcceptAsync(cancellationToken);
                accepted.NoDelay = true;
                // The runtime does this at the first wait at the latest; sending from files needs it before.
                accepted.Blocking = false;
                return new SocketConnection(accepted);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException)
            {
                // The client left between its connect and our accept.
                accepted?.Dispose();
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _listening.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
