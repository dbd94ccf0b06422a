using System.Buffers;
using System.Buffers.Binary;
using LogBroker.Compression.Native;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression;

/// <summary>The LZ4 frame format, by the system's liblz4. Writes independent blocks of 64 KB without sizes or checksums,
/// as Kafka's own clients do; reads what Kafka's Java clients read: one frame of independent blocks.</summary>
/// <exception cref="DllNotFoundException">liblz4 is not installed (thrown by both directions, with what to install).
/// </exception>
public sealed class Lz4Codec : ICompressionCodec
{
    /// <summary>Kafka's default, for which it takes the fast compressor, not the ninth strength of the other.</summary>
    public const int DefaultLevel = 9;

    private const uint Magic = 0x184D2204;
    private const int SmallestHeaderBytes = 7;
    private const byte IndependentBlocksFlag = 0x20;

    private readonly Lz4Preferences _preferences;

    /// <param name="level">Kafka's <c>compression.lz4.level</c>: 1 to 17, where 9 is the fast compressor and every other
    /// number a strength of the slower one, which has no more than 12.</param>
    public Lz4Codec(int level = DefaultLevel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 17);
        _preferences = new Lz4Preferences
        {
            BlockSizeId = Lz4Frame.BlockSize64KB,
            BlockMode = Lz4Frame.BlockIndependent,
            CompressionLevel = level == DefaultLevel ? 0 : level,
        };
    }

    public CompressionType Type => CompressionType.Lz4;

    public unsafe void Compress(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        Span<byte> target = output.GetSpan((int)Lz4Frame.CompressFrameBound((nuint)input.Length, _preferences));
        fixed (byte* to = target)
        fixed (byte* from = input)
        {
            nuint result = Lz4Frame.CompressFrame(to, (nuint)target.Length, from, (nuint)input.Length, _preferences);
            if (Lz4Frame.IsError(result) != 0)
                throw new InvalidOperationException($"liblz4 failed: {Lz4Frame.TextOf(result)}");
            output.Advance((int)result);
        }
    }

    public unsafe void Decompress(ReadOnlySpan<byte> input, IBufferWriter<byte> output, int maxBytes)
    {
        CheckHeader(input);
        var bounded = new BoundedOutput(output, maxBytes, Type, input.Length);
        using var context = new Lz4DecompressionHandle();
        fixed (byte* from = input)
        {
            int read = 0;
            while (true)
            {
                Span<byte> piece = bounded.NextPiece();
                nuint written = (nuint)piece.Length;
                nuint taken = (nuint)(input.Length - read);
                nuint result;
                fixed (byte* to = piece)
                    result = Lz4Frame.Decompress(context, to, ref written, from + read, ref taken, 0);
                if (Lz4Frame.IsError(result) != 0)
                    throw new CorruptCompressionException(Type, Lz4Frame.TextOf(result));
                bounded.Advance((int)written);
                read += (int)taken;
                if (result == 0) return;
                if (written == 0 && taken == 0)
                    throw new CorruptCompressionException(Type, "it ends before its end mark.");
            }
        }
    }

    private void CheckHeader(ReadOnlySpan<byte> input)
    {
        if (input.Length < SmallestHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(input) != Magic)
            throw new CorruptCompressionException(Type, "it does not start with an LZ4 frame.");
        if ((input[sizeof(uint)] & IndependentBlocksFlag) == 0)
            throw new CorruptCompressionException(Type, "its blocks depend on one another, which Kafka does not read.");
    }
}
