using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LogBroker.TransportBench;

/// <summary>The cheapest client there is: one blocking thread and one buffer for each connection.</summary>
internal static class LoadClient
{
    /// <summary>Runs a load for some seconds and prints the bytes moved and the seconds it took, warm-up excluded.</summary>
    public static int Run(string[] arguments)
    {
        int port = Number(arguments[0]);
        if (arguments[1] == "idle")
            return Idle(port, Number(arguments[2]));
        var load = new Workload(Enum.Parse<Direction>(arguments[1]), Number(arguments[2]), Number(arguments[3]));
        TimeSpan warmUp = TimeSpan.FromSeconds(double.Parse(arguments[4], CultureInfo.InvariantCulture));
        TimeSpan length = TimeSpan.FromSeconds(double.Parse(arguments[5], CultureInfo.InvariantCulture));
        var sockets = Enumerable.Range(0, load.Connections).Select(_ => Connect(port)).ToArray();
        long moved = 0;
        foreach (Socket socket in sockets)
        {
            new Thread(() =>
            {
                try
                {
                    Drive(socket, load, ref moved);
                }
                catch (SocketException)
                {
                    // The end of the run closes the socket.
                }
            })
            { IsBackground = true }.Start();
        }
        Thread.Sleep(warmUp);
        Console.WriteLine("begin");
        long before = Interlocked.Read(ref moved);
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(length);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long bytes = Interlocked.Read(ref moved) - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"end {bytes} {seconds}"));
        return 0;
    }

    /// <summary>Opens connections, uses each once, says so, and holds them until its input ends.</summary>
    private static int Idle(int port, int connections)
    {
        var sockets = new List<Socket>();
        byte[] frame = Frame(Direction.Sink, Workload.SmallBytes, 0);
        for (int i = 0; i < connections; i++)
        {
            Socket socket = Connect(port);
            socket.Send(frame);
            ReceiveAll(socket, frame.AsSpan());
            sockets.Add(socket);
        }
        Console.WriteLine("idle");
        Console.ReadLine();
        sockets.ForEach(socket => socket.Dispose());
        return 0;
    }

    private static void Drive(Socket socket, Workload load, ref long moved)
    {
        int sent = load.Direction == Direction.Sink ? load.FrameBytes : Workload.SmallBytes;
        int received = load.Direction == Direction.Sink ? Workload.SmallBytes : load.FrameBytes;
        byte[] frame = Frame(load.Direction, sent, load.FrameBytes);
        var answer = new byte[Math.Max(4 + received, 1)];
        for (int i = 0; i < Workload.Window; i++)
            socket.Send(frame);
        while (true)
        {
            ReceiveAll(socket, answer.AsSpan(0, 4 + received));
            socket.Send(frame);
            Interlocked.Add(ref moved, load.FrameBytes);
        }
    }

    private static byte[] Frame(Direction direction, int contentBytes, int wantedBytes)
    {
        var frame = new byte[4 + contentBytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, contentBytes);
        frame[4] = (byte)direction;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), wantedBytes);
        return frame;
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static void ReceiveAll(Socket socket, Span<byte> target)
    {
        while (target.Length > 0)
        {
            int received = socket.Receive(target);
            if (received == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            target = target[received..];
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
