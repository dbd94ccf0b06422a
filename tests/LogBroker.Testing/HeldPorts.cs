using System.Net;
using System.Net.Sockets;

namespace LogBroker.Testing;

/// <summary>Ports of 127.0.0.1 that the system gives to nobody who asks for any port; who asks for one of them by its number gets it.</summary>
/// <remarks>Nobody listens there: connections are refused. That is Linux's way with bound sockets whose address may be reused, as .NET makes
/// those of TCP; elsewhere nothing is held.</remarks>
internal sealed class HeldPorts : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public HeldPorts(IEnumerable<int> ports)
    {
        if (!OperatingSystem.IsLinux()) return;
        foreach (int port in ports)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException)
            {
                // Somebody was quicker, or has it of another address: the start tells.
            }
        }
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
}
