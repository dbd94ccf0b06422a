using System.IO.Compression;

namespace LogBroker.Compression;

/// <summary>Feeds gzip members to a <see cref="GZipStream"/> and then one more, whose text tells that they were whole.
/// </summary>
/// <remarks>GZipStream takes a stream that ends inside a member for a finished one. But when it asks for more it has handed
/// out all it had, so what comes out after that is the text of the end member if the members were whole, and otherwise
/// anything else or nothing. Bytes that belong to no member keep GZipStream from asking at all.</remarks>
internal sealed unsafe class GzipSource(byte* start, int length) : Stream
{
    private static readonly byte[] EndMember = MakeEndMember();

    private int _position;
    private int _endPosition;

    public static ReadOnlySpan<byte> EndText => "\u0003LogBroker\u0003"u8;

    /// <summary>Whether the end member has been asked for: what comes out from then on is not data.</summary>
    public bool HasEnded { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position < length)
        {
            int count = Math.Min(buffer.Length, length - _position);
            new ReadOnlySpan<byte>(start + _position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        HasEnded = true;
        int rest = Math.Min(buffer.Length, EndMember.Length - _endPosition);
        EndMember.AsSpan(_endPosition, rest).CopyTo(buffer);
        _endPosition += rest;
        return rest;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] MakeEndMember()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.NoCompression, leaveOpen: true)) gzip.Write(EndText);
        return bytes.ToArray();
    }
}
