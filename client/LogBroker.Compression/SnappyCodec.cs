using System.Buffers;
using System.Buffers.Binary;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression;

/// <summary>Snappy. Reads one raw block, as C clients write it, and the chunked form of snappy-java ("xerial"); writes one
/// raw block, the form that every client reads.</summary>
public sealed class SnappyCodec : ICompressionCodec
{
    private const int XerialHeaderBytes = 16;
    private const int CurrentXerialVersion = 1;

    public CompressionType Type => CompressionType.Snappy;

    private static ReadOnlySpan<byte> XerialMagic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    public void Compress(ReadOnlySpan<byte> input, IBufferWriter<byte> output) => SnappyEncoder.Encode(input, output);

    public void Decompress(ReadOnlySpan<byte> input, IBufferWriter<byte> output, int maxBytes)
    {
        var bounded = new BoundedOutput(output, maxBytes, Type, input.Length);
        if (!input.StartsWith(XerialMagic))
        {
            SnappyDecoder.Decode(input, ref bounded);
            return;
        }

        ReadOnlySpan<byte> rest = input;
        while (!rest.IsEmpty)
        {
            if (rest.StartsWith(XerialMagic)) rest = SkipHeader(rest); // also between streams put behind one another
            else rest = ReadChunk(rest, ref bounded);
        }
    }

    private static ReadOnlySpan<byte> SkipHeader(ReadOnlySpan<byte> input)
    {
        if (input.Length < XerialHeaderBytes) throw Corrupt("its header is cut off.");
        int readableBy = BinaryPrimitives.ReadInt32BigEndian(input[(XerialHeaderBytes - sizeof(int))..]);
        if (readableBy > CurrentXerialVersion) throw Corrupt($"it is of version {readableBy}.");
        return input[XerialHeaderBytes..];
    }

    private static ReadOnlySpan<byte> ReadChunk(ReadOnlySpan<byte> input, scoped ref BoundedOutput output)
    {
        if (input.Length < sizeof(int)) throw Corrupt("the length of a chunk is cut off.");
        int length = BinaryPrimitives.ReadInt32BigEndian(input);
        ReadOnlySpan<byte> chunks = input[sizeof(int)..];
        if ((uint)length > (uint)chunks.Length) throw Corrupt("a chunk is cut off.");
        SnappyDecoder.Decode(chunks[..length], ref output);
        return chunks[length..];
    }

    private static CorruptCompressionException Corrupt(string reason) => new(CompressionType.Snappy, reason);
}
