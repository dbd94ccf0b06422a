using System.Buffers;

namespace LogBroker.Protocol.Primitives;

/// <summary>A growing buffer on pooled memory, for values whose size is written before them.</summary>
/// <remarks>Owned by who rented it, used by one thread, given back once. Every thread keeps one to lend.</remarks>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int BytesAtFirst = 256;
    private const int BytesKeptMax = 64 * 1024;

    [ThreadStatic]
    private static PooledBuffer? _spare;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(BytesAtFirst);
    private int _length;

    private PooledBuffer()
    {
    }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public static PooledBuffer Rent()
    {
        var buffer = _spare ?? new PooledBuffer();
        _spare = null;
        return buffer;
    }

    public void Return()
    {
        _length = 0;
        if (_spare is null && _bytes.Length <= BytesKeptMax)
        {
            _spare = this;
            return;
        }
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_length);
    }

    private void Grow(int sizeHint)
    {
        int wanted = _length + Math.Max(sizeHint, 1);
        if (wanted <= _bytes.Length) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, _bytes.Length * 2));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
