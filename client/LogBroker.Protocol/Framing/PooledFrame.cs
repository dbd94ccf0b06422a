using System.Buffers;

namespace LogBroker.Protocol.Framing;

/// <summary>An incoming frame copied to one piece of pooled memory, on which a message's views may stand.</summary>
/// <remarks>Whoever has it disposes of it once, when nothing read from it is in use any more.</remarks>
public sealed class PooledFrame : IDisposable
{
    private readonly int _length;
    private byte[]? _bytes;

    private PooledFrame(int length)
    {
        _length = length;
        _bytes = ArrayPool<byte>.Shared.Rent(length);
    }

    /// <exception cref="ObjectDisposedException">The memory has been given back.</exception>
    public Memory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return _bytes.AsMemory(0, _length);
        }
    }

    public static PooledFrame CopyOf(in ReadOnlySequence<byte> frame)
    {
        var copy = new PooledFrame(checked((int)frame.Length));
        frame.CopyTo(copy.Memory.Span);
        return copy;
    }

    public void Dispose()
    {
        byte[]? bytes = Interlocked.Exchange(ref _bytes, null);
        if (bytes is not null) ArrayPool<byte>.Shared.Return(bytes);
    }
}
