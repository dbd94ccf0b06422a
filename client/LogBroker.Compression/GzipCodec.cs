using System.Buffers;
using System.IO.Compression;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression;

/// <summary>gzip (RFC 1952). Reads several members behind one another, writes one; as in
/// Kafka, bytes behind a member that start no other are ignored.</summary>
public sealed class GzipCodec : ICompressionCodec
{
    /// <summary>zlib's own choice, at present 6.</summary>
    public const int DefaultLevel = -1;

    private readonly ZLibCompressionOptions _options;

    /// <param name="level">Kafka's <c>compression.gzip.level</c>: 1 (fast) to 9 (small), -1 for zlib's default.</param>
    public GzipCodec(int level = DefaultLevel)
    {
        if (level != DefaultLevel)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 9);
        }

        _options = new ZLibCompressionOptions { CompressionLevel = level };
    }

    public CompressionType Type => CompressionType.Gzip;

    private static ReadOnlySpan<byte> MemberMagic => [0x1F, 0x8B, 8];

    // GZipStream writes no bytes at all when it was given none.
    private static ReadOnlySpan<byte> EmptyMember => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public void Compress(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        if (input.IsEmpty)
        {
            output.Write(EmptyMember);
            return;
        }

        using var target = new BufferWriterStream(output);
        using var gzip = new GZipStream(target, _options);
        gzip.Write(input);
    }

    public unsafe void Decompress(ReadOnlySpan<byte> input, IBufferWriter<byte> output, int maxBytes)
    {
        if (!input.StartsWith(MemberMagic))
            throw new CorruptCompressionException(Type, "it does not start with a gzip member.");
        var bounded = new BoundedOutput(output, maxBytes, Type, input.Length);
        fixed (byte* start = input)
        {
            using var source = new GzipSource(start, input.Length);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            try
            {
                while (true)
                {
                    Span<byte> piece = bounded.NextPiece();
                    int count = gzip.Read(piece);
                    if (source.HasEnded && !piece[..count].SequenceEqual(GzipSource.EndText))
                        throw new CorruptCompressionException(Type, "it ends inside a member.");
                    if (source.HasEnded || count == 0) return;
                    bounded.Advance(count);
                }
            }
            catch (InvalidDataException exception)
            {
                throw new CorruptCompressionException(Type, exception.Message, exception);
            }
        }
    }
}
