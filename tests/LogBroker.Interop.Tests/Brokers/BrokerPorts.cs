using System.Net;
using System.Net.Sockets;

namespace LogBroker.Interop.Tests.Brokers;

/// <summary>Two neighbouring free ports of the loopback address: the broker's, and one for HTTP or Kafka's controller.</summary>
internal readonly record struct BrokerPorts(int Kafka)
{
    // Below the range Linux hands out to outgoing connections, so that no client takes a broker's port while it restarts.
    private const int First = 11000;
    private const int Last = 19998;

    public int Other => Kafka + 1;

    public static BrokerPorts Find()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, Last) & ~1;
            if (IsFree(port) && IsFree(port + 1))
            {
                return new BrokerPorts(port);
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
