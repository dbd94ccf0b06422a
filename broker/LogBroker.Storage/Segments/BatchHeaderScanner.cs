using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Segments;

/// <summary>Walks the headers of the batches in a log file without reading their records.</summary>
/// <remarks>It allocates nothing: the caller lends the buffer, and small batches share one read. Checksums are not
/// checked.</remarks>
internal ref struct BatchHeaderScanner
{
    private readonly LogSegment _segment;
    private readonly long _end;
    private readonly Span<byte> _buffer;
    private long _bufferedFrom;
    private int _buffered;
    private long _next;

    /// <summary>Starts before the batch at <paramref name="position"/>.</summary>
    /// <param name="segment">Whose log file; its damaged parts are stepped over.</param>
    /// <param name="position">Where a batch begins.</param>
    /// <param name="end">The end of the file's valid part.</param>
    /// <param name="buffer">At least as large as a header; larger ones save reads when batches are small.</param>
    public BatchHeaderScanner(LogSegment segment, long position, long end, Span<byte> buffer)
    {
        _segment = segment;
        _next = position;
        _end = end;
        _buffer = buffer;
    }

    /// <summary>The header of the current batch.</summary>
    public RecordBatchView Header { get; private set; }

    /// <summary>Where the current batch begins.</summary>
    public long Position { get; private set; }

    /// <summary>The size of the whole current batch.</summary>
    public int SizeInBytes { get; private set; }

    /// <summary>Where the next batch begins.</summary>
    public readonly long NextPosition => _next;

    /// <summary>Whether the walk stopped before the end because what came was no batch.</summary>
    public bool IsBroken { get; private set; }

    public bool MoveNext()
    {
        if (IsBroken) return false;
        _next = _segment.SkipGap(_next);
        if (_next >= _end) return false;
        ReadOnlySpan<byte> bytes = HeaderAtNext();
        if (!RecordBatchView.TryReadHeader(bytes, out RecordBatchView header, out int size)
            || header.Magic != RecordBatchView.CurrentMagic
            || _next + size > _end)
        {
            IsBroken = true;
            return false;
        }

        Header = header;
        Position = _next;
        SizeInBytes = size;
        _next += size;
        return true;
    }

    private ReadOnlySpan<byte> HeaderAtNext()
    {
        long at = _next - _bufferedFrom;
        if (_buffered == 0 || at < 0 || at + RecordBatchView.HeaderSizeInBytes > _buffered)
        {
            int wanted = (int)Math.Min(_buffer.Length, _end - _next);
            _buffered = _segment.Log.Read(_buffer[..wanted], _next);
            _bufferedFrom = _next;
            at = 0;
        }

        return _buffer[(int)at.._buffered];
    }
}
