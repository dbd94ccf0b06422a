using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Segments;

/// <summary>Reads whole batches from a log file, one after the other, through one buffer that grows with the largest.
/// </summary>
/// <remarks>One owner, one thread. Dispose gives the buffer back.</remarks>
internal sealed class BatchReader : IDisposable
{
    private const int ReadAheadBytes = 1024 * 1024;

    private readonly SegmentFile _file;
    private readonly long _end;
    private byte[] _buffer;
    private long _bufferedFrom;
    private int _buffered;

    public BatchReader(SegmentFile file, long end, int readAheadBytes = ReadAheadBytes)
    {
        _file = file;
        _end = end;
        int size = (int)Math.Clamp(end, RecordBatchView.HeaderSizeInBytes, readAheadBytes);
        _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(size);
    }

    /// <summary>Reads the batch at <paramref name="position"/>; its checksum is not checked.</summary>
    /// <returns>False when what is there is no whole batch.</returns>
    public bool TryRead(long position, out RecordBatchView batch)
    {
        if (RecordBatchView.TryRead(Buffered(position), out batch)) return Accept(batch);
        Fill(position);
        ReadOnlySpan<byte> bytes = Buffered(position);
        if (RecordBatchView.TryRead(bytes, out batch)) return Accept(batch);
        if (!RecordBatchView.TryReadHeader(bytes, out _, out int size) || size > _end - position) return false;
        Grow(size);
        Fill(position);
        return RecordBatchView.TryRead(Buffered(position), out batch) && Accept(batch);
    }

    /// <summary>The bytes at <paramref name="position"/>, as many as one read brings; none at the end.</summary>
    public ReadOnlySpan<byte> Bytes(long position)
    {
        Fill(position);
        return Buffered(position);
    }

    public void Dispose()
    {
        System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static bool Accept(in RecordBatchView batch) => batch.Magic == RecordBatchView.CurrentMagic;

    private ReadOnlySpan<byte> Buffered(long position)
    {
        long at = position - _bufferedFrom;
        return at < 0 || at >= _buffered ? [] : _buffer.AsSpan((int)at, _buffered - (int)at);
    }

    private void Fill(long position)
    {
        int wanted = (int)Math.Clamp(_end - position, 0, _buffer.Length);
        _bufferedFrom = position;
        _buffered = wanted == 0 ? 0 : _file.Read(_buffer.AsSpan(0, wanted), position);
    }

    private void Grow(int size)
    {
        if (size <= _buffer.Length) return;
        System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(size);
        _buffered = 0;
    }
}
