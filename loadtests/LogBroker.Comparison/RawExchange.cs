using System.Buffers.Binary;
using System.Net.Sockets;

namespace LogBroker.Comparison;

/// <summary>A connection on which bytes are sent as they are, whether or not they are frames.</summary>
internal sealed class RawExchange : IDisposable
{
    private readonly Socket _socket;
    private readonly TimeSpan _timeout;

    private RawExchange(Socket socket, TimeSpan timeout)
    {
        _socket = socket;
        _timeout = timeout;
    }

    public static async Task<RawExchange> OpenAsync(string host, int port, TimeSpan timeout)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port).ConfigureAwait(false);
        return new RawExchange(socket, timeout);
    }

    /// <summary>Sends the content of a frame behind its size.</summary>
    public Task<byte[]?> SendFrameAsync(byte[] content)
    {
        byte[] frame = new byte[sizeof(int) + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length);
        content.CopyTo(frame, sizeof(int));
        return SendAsync(frame);
    }

    /// <summary>Sends bytes and takes the next frame.</summary>
    /// <returns>The frame's content; null when the broker closed the connection instead.</returns>
    /// <exception cref="TimeoutException">Neither came.</exception>
    public async Task<byte[]?> SendAsync(byte[] bytes)
    {
        using var patience = new CancellationTokenSource(_timeout);
        try
        {
            await _socket.SendAsync(bytes, patience.Token).ConfigureAwait(false);
            byte[]? size = await TakeAsync(sizeof(int), patience.Token).ConfigureAwait(false);
            return size is null
                ? null
                : await TakeAsync(BinaryPrimitives.ReadInt32BigEndian(size), patience.Token).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException();
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> TakeAsync(int length, CancellationToken cancelled)
    {
        byte[] bytes = new byte[length];
        for (int taken = 0; taken < length;)
        {
            int count = await _socket.ReceiveAsync(bytes.AsMemory(taken), cancelled).ConfigureAwait(false);
            if (count == 0) return null;
            taken += count;
        }

        return bytes;
    }
}
