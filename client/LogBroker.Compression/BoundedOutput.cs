using System.Buffers;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression;

/// <summary>The output of one decompression: hands out room piece by piece and refuses the bytes beyond the last allowed
/// one.</summary>
internal ref struct BoundedOutput
{
    private const int LargestPieceBytes = 64 * 1024;
    private const int SmallestPieceBytes = 256;

    // A codec has to show a byte too many before it is known to be one. It is more than one byte so that the end text of
    // a gzip source comes out in one piece.
    private const int MostBytesTooMany = 16;

    private readonly IBufferWriter<byte> _output;
    private readonly CompressionType _type;
    private readonly int _maxBytes;
    private int _piece;

    public BoundedOutput(IBufferWriter<byte> output, int maxBytes, CompressionType type, int inputBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        _output = output;
        _type = type;
        _maxBytes = maxBytes;
        _piece = (int)Math.Clamp(4L * inputBytes, SmallestPieceBytes, LargestPieceBytes);
    }

    public int WrittenBytes { get; private set; }

    /// <summary>Room for what comes next: never none, and at most a few bytes more than are still allowed.</summary>
    public Span<byte> NextPiece()
    {
        long allowed = (long)_maxBytes - WrittenBytes + MostBytesTooMany;
        Span<byte> room = _output.GetSpan((int)Math.Min(_piece, allowed));
        _piece = LargestPieceBytes;
        return room.Length > allowed ? room[..(int)allowed] : room;
    }

    /// <summary>Room for exactly <paramref name="bytes"/>, all at once.</summary>
    /// <exception cref="DecompressedTooLargeException">They are more than allowed.</exception>
    public readonly Span<byte> Whole(int bytes)
    {
        if (bytes > _maxBytes - WrittenBytes) throw new DecompressedTooLargeException(_type, _maxBytes);
        return _output.GetSpan(bytes)[..bytes];
    }

    /// <exception cref="DecompressedTooLargeException">These bytes are more than allowed.</exception>
    public void Advance(int bytes)
    {
        if (bytes > _maxBytes - WrittenBytes) throw new DecompressedTooLargeException(_type, _maxBytes);
        _output.Advance(bytes);
        WrittenBytes += bytes;
    }
}
