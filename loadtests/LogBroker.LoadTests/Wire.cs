using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;

namespace LogBroker.LoadTests;

/// <summary>Bare sockets and frames, for clients of which there are thousands, or which do not keep the rules.</summary>
internal static class Wire
{
    public static async Task<Socket> ConnectAsync(int port, CancellationToken cancelled = default)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync("127.0.0.1", port, cancelled);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A request as it goes over the wire, its length included.</summary>
    public static byte[] Frame(IRequest request, short version, int correlationId = 1)
    {
        using var frame = new FrameBuffer();
        frame.EncodeRequest(new RequestHeader(request.ApiKey, version, correlationId, "load"), request);
        var bytes = new ArrayBufferWriter<byte>((int)frame.SizeInBytes);
        frame.CopyTo(bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads an answer and gives its body's beginning, as much as the buffer takes.</summary>
    /// <returns>How many bytes of it are in the buffer; -1 when the connection has ended.</returns>
    public static async Task<int> ReadAnswerAsync(Socket socket, Memory<byte> buffer, CancellationToken cancelled)
    {
        if (!await FillAsync(socket, buffer[..4], cancelled)) return -1;
        int left = BinaryPrimitives.ReadInt32BigEndian(buffer.Span);
        int kept = Math.Min(left, buffer.Length);
        if (!await FillAsync(socket, buffer[..kept], cancelled)) return -1;
        var rest = new byte[Math.Min(left - kept, 64 * 1024)];
        for (left -= kept; left > 0;)
        {
            int step = Math.Min(left, rest.Length);
            if (!await FillAsync(socket, rest.AsMemory(0, step), cancelled)) return -1;
            left -= step;
        }

        return kept;
    }

    private static async Task<bool> FillAsync(Socket socket, Memory<byte> buffer, CancellationToken cancelled)
    {
        while (!buffer.IsEmpty)
        {
            int read = await socket.ReceiveAsync(buffer, SocketFlags.None, cancelled);
            if (read == 0) return false;
            buffer = buffer[read..];
        }

        return true;
    }
}
