using System.Buffers;
using LogBroker.Compression.Native;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression;

/// <summary>Zstandard frames, by the system's libzstd. Reads several frames behind one another, with or without a
/// declared content size; writes one frame without it.</summary>
/// <exception cref="DllNotFoundException">libzstd is not installed (thrown by both directions, with what to install).
/// </exception>
public sealed class ZstdCodec : ICompressionCodec
{
    public const int DefaultLevel = 3;

    /// <summary>The least strength that libzstd knows.</summary>
    public const int MinLevel = -131_072;

    public const int MaxLevel = 22;

    // 128 MB, the most that level 22 writes and that Kafka reads. libzstd reserves the window but touches no more of it
    // than has been decompressed, so a frame that only declares it costs address space, not memory.
    private const int LargestWindowLog = 27;
    private const int LargestKeptContextBytes = 4 * 1024 * 1024;
    private const int CompressionPieceBytes = 16 * 1024;

    private static readonly ContextPool<ZstdDecompressionHandle> Decompressors = new(CreateDecompressor);

    private readonly ContextPool<ZstdCompressionHandle> _compressors;

    /// <param name="level">Kafka's <c>compression.zstd.level</c>: -131072 (fast) to 22 (small).</param>
    public ZstdCodec(int level = DefaultLevel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, MinLevel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        _compressors = new ContextPool<ZstdCompressionHandle>(() => CreateCompressor(level));
    }

    public CompressionType Type => CompressionType.Zstd;

    public unsafe void Compress(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        ZstdCompressionHandle context = _compressors.Rent();
        fixed (byte* from = input)
        {
            var source = new ZstdBuffer { Start = from, SizeInBytes = (nuint)input.Length };
            nuint left;
            do
            {
                Span<byte> piece = output.GetSpan(CompressionPieceBytes);
                fixed (byte* to = piece)
                {
                    var target = new ZstdBuffer { Start = to, SizeInBytes = (nuint)piece.Length };
                    left = ZstdStream.Compress(context, ref target, ref source, ZstdStream.End);
                    ZstdStream.ThrowIfError(left);
                    output.Advance((int)target.Position);
                }
            }
            while (left != 0);
        }

        _compressors.Return(context);
    }

    public void Decompress(ReadOnlySpan<byte> input, IBufferWriter<byte> output, int maxBytes)
    {
        if (input.IsEmpty) throw new CorruptCompressionException(Type, "it is empty.");
        ZstdDecompressionHandle context = Decompressors.Rent();
        bool isReusable = false;
        try
        {
            Decompress(context, input, new BoundedOutput(output, maxBytes, Type, input.Length));
            isReusable = (ulong)ZstdStream.SizeOf(context) <= LargestKeptContextBytes;
        }
        finally
        {
            if (isReusable) Decompressors.Return(context);
            else context.Dispose();
        }
    }

    private static unsafe void Decompress(
        ZstdDecompressionHandle context, ReadOnlySpan<byte> input, BoundedOutput bounded)
    {
        fixed (byte* from = input)
        {
            var source = new ZstdBuffer { Start = from, SizeInBytes = (nuint)input.Length };
            while (true)
            {
                Span<byte> piece = bounded.NextPiece();
                nuint result;
                nuint written;
                nuint before = source.Position;
                fixed (byte* to = piece)
                {
                    var target = new ZstdBuffer { Start = to, SizeInBytes = (nuint)piece.Length };
                    result = ZstdStream.Decompress(context, ref target, ref source);
                    written = target.Position;
                }

                if (ZstdStream.IsError(result) != 0)
                    throw new CorruptCompressionException(CompressionType.Zstd, ZstdStream.TextOf(result));
                bounded.Advance((int)written);
                bool isInputRead = source.Position == source.SizeInBytes;
                if (result == 0 && isInputRead) return;
                if (isInputRead && written == 0 && source.Position == before)
                    throw new CorruptCompressionException(CompressionType.Zstd, "it ends before its last block.");
            }
        }
    }

    private static ZstdDecompressionHandle CreateDecompressor()
    {
        var context = new ZstdDecompressionHandle();
        ZstdStream.ThrowIfError(ZstdStream.SetParameter(context, ZstdStream.WindowLogMax, LargestWindowLog));
        return context;
    }

    private static ZstdCompressionHandle CreateCompressor(int level)
    {
        var context = new ZstdCompressionHandle();
        ZstdStream.ThrowIfError(ZstdStream.SetParameter(context, ZstdStream.CompressionLevel, level));
        return context;
    }
}
