using System.Buffers;
using System.Buffers.Binary;

namespace LogBroker.Protocol.Framing;

/// <summary>Cuts frames off a stream of bytes: an int32 size, then that many bytes.</summary>
public static class FrameReader
{
    /// <summary>Bytes of the size in front of each frame.</summary>
    public const int PrefixBytes = sizeof(int);

    /// <summary>Takes the first frame, without its size, off <paramref name="buffer"/>.</summary>
    /// <returns>False, with the buffer as it was, while the frame has not wholly arrived.</returns>
    /// <exception cref="InvalidFrameSizeException">The size is negative or above <paramref name="bytesMax"/>; found as
    /// soon as the size has arrived, before anything is stored for the frame.</exception>
    public static bool TryReadFrame(
        ref ReadOnlySequence<byte> buffer, int bytesMax, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (!TryReadSize(buffer, bytesMax, out int size) || buffer.Length - PrefixBytes < size) return false;
        frame = buffer.Slice(PrefixBytes, size);
        buffer = buffer.Slice(frame.End);
        return true;
    }

    /// <summary>Reads the size of the first frame, which need not have arrived.</summary>
    /// <returns>False while the size has not arrived.</returns>
    /// <exception cref="InvalidFrameSizeException">The size is negative or above <paramref name="bytesMax"/>.</exception>
    public static bool TryReadSize(in ReadOnlySequence<byte> buffer, int bytesMax, out int size)
    {
        size = 0;
        if (buffer.Length < PrefixBytes) return false;
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        size = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if ((uint)size > (uint)bytesMax) InvalidFrameSizeException.Throw(size, bytesMax);
        return true;
    }
}
