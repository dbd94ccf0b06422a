using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.TransportBench.OwnSockets;

/// <summary>Writes to a socket from blocks of memory, and from files without reading them.</summary>
/// <remarks>Owned by one connection; one writer at a time. A flush sends on the writer's own behalf and completes when the
/// kernel has taken everything, so a client that does not read holds its writer back. Between flushes it holds no block.
/// A reset or an abort makes a flush throw.</remarks>
internal sealed class SocketPipeWriter(SocketConnection connection, Socket socket) : PipeWriter, IFileSender
{
    private const int BlockBytes = 64 * 1024;
    private const int WaitBytes = 4 * 1024;

    private readonly List<ArraySegment<byte>> _full = [];
    private byte[] _block = [];
    private int _written;
    private long _fullBytes;
    private bool _isCompleted;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _fullBytes + _written;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _block.AsMemory(_written);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _block.AsSpan(_written);
    }

    public override void Advance(int bytes)
    {
        if ((uint)bytes > (uint)(_block.Length - _written))
            throw new ArgumentOutOfRangeException(nameof(bytes));
        _written += bytes;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            foreach (ArraySegment<byte> block in _full)
                await socket.SendAsync(block, SocketFlags.None, cancellationToken);
            if (_written > 0)
                await socket.SendAsync(_block.AsMemory(0, _written), SocketFlags.None, cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw connection.Fail(failure);
        }
        finally
        {
            GiveBackBlocks();
        }
        return new FlushResult(isCanceled: false, isCompleted: false);
    }

    /// <inheritdoc/>
    public async ValueTask SendFileAsync(SafeFileHandle file, long position, int count, CancellationToken cancelled = default)
    {
        // What was written before goes out together with the first bytes of the file, not in a small packet of its own.
        int wanted = _written == 0 ? 0 : int.MaxValue;
        while (true)
        {
            int read = ReadSome(file, position, Math.Min(count, wanted));
            position += read;
            count -= read;
            await FlushAsync(cancelled);
            try
            {
                while (count > 0 && FileSend.SendSome(socket.SafeHandle, file, position, count) is var sent and > 0)
                {
                    position += sent;
                    count -= sent;
                }
            }
            catch (Exception failure) when (failure is ObjectDisposedException or IOException and not EndOfStreamException)
            {
                throw connection.Fail(failure);
            }
            if (count == 0)
                return;
            // The socket is full, and .NET cannot wait for room alone: a small piece, sent the ordinary way, does.
            wanted = WaitBytes;
        }
    }

    public override void CancelPendingFlush() =>
        throw new NotSupportedException("A flush that has begun cannot be taken back; abort the connection.");

    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;
        _isCompleted = true;
        GiveBackBlocks();
    }

    /// <summary>Writes bytes of a file as far as the present block has room.</summary>
    private int ReadSome(SafeFileHandle file, long position, int count)
    {
        if (count == 0)
            return 0;
        EnsureRoom(1);
        int read = RandomAccess.Read(file, _block.AsSpan(_written, Math.Min(_block.Length - _written, count)), position);
        if (read == 0)
            throw new EndOfStreamException("The file is shorter than the range to send.");
        _written += read;
        return read;
    }

    private void EnsureRoom(int sizeHint)
    {
        if (_isCompleted)
            throw new InvalidOperationException("The writer is completed.");
        if (_block.Length - _written >= Math.Max(sizeHint, 1))
            return;
        if (_written > 0)
        {
            _full.Add(new ArraySegment<byte>(_block, 0, _written));
            _fullBytes += _written;
        }
        else if (_block.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_block);
        }
        _block = ArrayPool<byte>.Shared.Rent(Math.Max(BlockBytes, sizeHint));
        _written = 0;
    }

    private void GiveBackBlocks()
    {
        foreach (ArraySegment<byte> block in _full)
            ArrayPool<byte>.Shared.Return(block.Array!);
        _full.Clear();
        _fullBytes = 0;
        if (_block.Length > 0)
            ArrayPool<byte>.Shared.Return(_block);
        _block = [];
        _written = 0;
    }
}
