using System.Buffers;

namespace LogBroker.Protocol.Records;

/// <summary>A growing buffer on pooled arrays, written through <see cref="IBufferWriter{T}"/>.</summary>
/// <remarks>One owner, one thread. <see cref="Clear"/> keeps the array for the next use; <see cref="Dispose"/> gives it
/// back, after which spans and memory taken from here must not be touched. Growing moves the bytes. For short use inside this
/// room every thread keeps one to lend (<see cref="Borrow"/>, <see cref="GiveBack"/>).</remarks>
public sealed class PooledBufferWriter : IBufferWriter<byte>, IDisposable
{
    private const int SmallestBytes = 256;
    private const int LentBytesMax = 64 * 1024;

    [ThreadStatic]
    private static PooledBufferWriter? _spare;

    private byte[] _buffer;

    public PooledBufferWriter(int initialBytes = 0) =>
        _buffer = initialBytes == 0 ? [] : ArrayPool<byte>.Shared.Rent(initialBytes);

    public int WrittenCount { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, WrittenCount);

    /// <summary>What has been written; may be changed in place.</summary>
    public Memory<byte> WrittenMemory => _buffer.AsMemory(0, WrittenCount);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - WrittenCount);
        WrittenCount += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(WrittenCount);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(WrittenCount);
    }

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => WrittenCount = 0;

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        WrittenCount = 0;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Lends this thread's spare one, empty; to be given back once.</summary>
    internal static PooledBufferWriter Borrow()
    {
        PooledBufferWriter buffer = _spare ?? new PooledBufferWriter();
        _spare = null;
        return buffer;
    }

    internal void GiveBack()
    {
        Clear();
        if (_spare is null && _buffer.Length <= LentBytesMax) _spare = this;
        else Dispose();
    }

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_buffer.Length - WrittenCount >= Math.Max(sizeHint, 1)) return;

        long needed = Math.Max((long)WrittenCount + Math.Max(sizeHint, 1), SmallestBytes);
        if (needed > Array.MaxLength) throw new InvalidOperationException($"A buffer cannot hold {needed} bytes.");
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, 2L * _buffer.Length), Array.MaxLength));
        WrittenSpan.CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
