using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.TransportBench;

/// <summary>The limit: a socket, two large buffers for each connection, and nothing between.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private const int BufferBytes = 4 * 1024 * 1024;

    private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SafeFileHandle _file;

    private RawServer(SafeFileHandle file)
    {
        _file = file;
        _listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listening.Listen(512);
    }

    public int Port => ((IPEndPoint)_listening.LocalEndPoint!).Port;

    public static RawServer Start(SafeFileHandle file)
    {
        var server = new RawServer(file);
        _ = server.AcceptAsync();
        return server;
    }

    public ValueTask DisposeAsync()
    {
        _listening.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listening.AcceptAsync());
        }
        catch (SocketException)
        {
            // Disposed: the measurement is over.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket owned = socket;
        socket.NoDelay = true;
        var input = new byte[BufferBytes];
        var output = new byte[BufferBytes];
        int have = 0;
        try
        {
            while (await socket.ReceiveAsync(input.AsMemory(have)) is var received and > 0)
            {
                have += received;
                int done = 0;
                int written = 0;
                while (have - done >= 4 && BinaryPrimitives.ReadInt32BigEndian(input.AsSpan(done)) is var size && have - done >= 4 + size)
                {
                    if (written > BufferBytes / 2)
                    {
                        await socket.SendAsync(output.AsMemory(0, written));
                        written = 0;
                    }
                    written += Answer(input.AsSpan(done + 4, size), output.AsSpan(written));
                    done += 4 + size;
                }
                if (written > 0)
                    await socket.SendAsync(output.AsMemory(0, written));
                input.AsSpan(done, have - done).CopyTo(input);
                have -= done;
            }
        }
        catch (SocketException)
        {
            // The client has measured enough.
        }
    }

    private int Answer(ReadOnlySpan<byte> frame, Span<byte> output)
    {
        bool isSink = frame[0] == (byte)Direction.Sink;
        int bytes = isSink ? Workload.SmallBytes : BinaryPrimitives.ReadInt32BigEndian(frame[1..]);
        BinaryPrimitives.WriteInt32BigEndian(output, bytes);
        if (!isSink)
            RandomAccess.Read(_file, output.Slice(4, bytes), 0);
        return 4 + bytes;
    }
}
