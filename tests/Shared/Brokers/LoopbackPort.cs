using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LogBroker.Tests.Brokers;

/// <summary>Free ports of the loopback address, below the range the system gives to outgoing connections, so that none of those takes
/// a broker's port while it restarts.</summary>
internal static class LoopbackPort
{
    private const int First = 11000;
    private const int Last = 19998;

    private static readonly ConcurrentBag<FileStream> Taken = [];

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "logbroker-test-ports")).FullName;

    /// <summary>A port that is free, and so is the next one; no other test gets it, of this process or another, until this one ends.</summary>
    public static int FindFree()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, Last) & ~1;
            if (TryTake(port) && IsFree(port) && IsFree(port + 1)) return port;
        }
    }

    private static bool TryTake(int port)
    {
        try
        {
            Taken.Add(new FileStream(Path.Combine(Folder, $"{port}"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None));
            return true;
        }
        catch (IOException)
        {
            return false;
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
