using System.Buffers;

namespace LogBroker.Transport;

/// <summary>A response that is taken off the connection into rented memory while it arrives, so that it is never held twice.
/// </summary>
/// <remarks>Owned by the channel's reading side, from the response's size to its last byte.</remarks>
internal sealed class ArrivingResponse(PendingResponse pending, IMemoryOwner<byte> memory, int sizeInBytes)
{
    private int _arrivedBytes;

    public PendingResponse Pending => pending;

    public IMemoryOwner<byte> Memory => memory;

    /// <summary>Its content, as far as it has arrived.</summary>
    public Memory<byte> Content => memory.Memory[.._arrivedBytes];

    /// <summary>Takes what belongs to it off <paramref name="buffer"/>.</summary>
    /// <returns>Whether it is complete.</returns>
    public bool Fill(ref ReadOnlySequence<byte> buffer)
    {
        var taken = buffer.Slice(0, Math.Min(buffer.Length, sizeInBytes - _arrivedBytes));
        taken.CopyTo(memory.Memory.Span[_arrivedBytes..]);
        _arrivedBytes += (int)taken.Length;
        buffer = buffer.Slice(taken.End);
        return _arrivedBytes == sizeInBytes;
    }

    /// <summary>Gives up what will not come.</summary>
    public void Fail(Exception cause)
    {
        memory.Dispose();
        pending.Fail(cause);
    }
}
