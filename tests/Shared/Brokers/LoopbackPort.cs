using System.Net;
using System.Net.Sockets;

namespace LogBroker.Tests.Brokers;

/// <summary>Free ports of the loopback address, below the range the system gives to outgoing connections, so that none of those takes
/// a broker's port while it restarts.</summary>
internal static class LoopbackPort
{
    private const int First = 11000;
    private const int Last = 19998;

    /// <summary>A port that is free, and so is the next one.</summary>
    public static int FindFree()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, Last) & ~1;
            if (IsFree(port) && IsFree(port + 1)) return port;
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
