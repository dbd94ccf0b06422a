using System.Buffers.Binary;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression;

/// <summary>Restores one raw Snappy block: a varint with the size of what comes out, then literals and copies.</summary>
internal static class SnappyDecoder
{
    // The densest element is a copy of 64 bytes in 3: a block cannot grow beyond that, whatever size it declares.
    private const int DensestCopyBytes = 64;
    private const int DensestElementBytes = 3;
    private const int LongestSizeBytes = 5;

    /// <summary>Appends what <paramref name="input"/> holds to <paramref name="output"/>.</summary>
    /// <exception cref="CorruptCompressionException">It is not exactly one block.</exception>
    /// <exception cref="DecompressedTooLargeException">It is more than the output may take.</exception>
    public static void Decode(ReadOnlySpan<byte> input, scoped ref BoundedOutput output)
    {
        ReadOnlySpan<byte> elements = input;
        uint size = ReadSize(ref elements);
        if (size > (long)elements.Length * DensestCopyBytes / DensestElementBytes)
            throw Corrupt("it declares more than its bytes can hold.");
        Span<byte> target = output.Whole((int)Math.Min(size, int.MaxValue));
        int written = 0;
        while (!elements.IsEmpty)
        {
            int tag = elements[0];
            elements = elements[1..];
            if ((tag & 3) == 0) CopyLiteral(tag, ref elements, target, ref written);
            else CopyEarlier(tag, ref elements, target, ref written);
        }

        if (written != target.Length) throw Corrupt("it ends before its declared size.");
        output.Advance(written);
    }

    private static uint ReadSize(ref ReadOnlySpan<byte> input)
    {
        ulong size = 0;
        for (int index = 0; index < LongestSizeBytes && index < input.Length; index++)
        {
            size |= (ulong)(input[index] & 0x7F) << (7 * index);
            if (input[index] >= 0x80) continue;
            if (size > uint.MaxValue) break;
            input = input[(index + 1)..];
            return (uint)size;
        }

        throw Corrupt("its size is not a number.");
    }

    private static void CopyLiteral(int tag, ref ReadOnlySpan<byte> elements, Span<byte> target, ref int written)
    {
        const int LongestShortLength = 60;
        uint length = (uint)(tag >> 2);
        if (length >= LongestShortLength)
        {
            int extra = (int)length - LongestShortLength + 1;
            length = (uint)ReadLittleEndian(ref elements, extra);
        }

        if (length >= (uint)elements.Length) throw Corrupt("a literal is cut off.");
        int count = (int)length + 1;
        if (count > target.Length - written) throw Corrupt("it holds more than its declared size.");
        elements[..count].CopyTo(target[written..]);
        elements = elements[count..];
        written += count;
    }

    private static void CopyEarlier(int tag, ref ReadOnlySpan<byte> elements, Span<byte> target, ref int written)
    {
        int length;
        uint offset;
        switch (tag & 3)
        {
            case 1:
                length = 4 + ((tag >> 2) & 7);
                offset = (uint)((tag >> 5) << 8) | (uint)ReadLittleEndian(ref elements, 1);
                break;
            case 2:
                length = 1 + (tag >> 2);
                offset = (uint)ReadLittleEndian(ref elements, sizeof(ushort));
                break;
            default:
                length = 1 + (tag >> 2);
                offset = (uint)ReadLittleEndian(ref elements, sizeof(uint));
                break;
        }

        if (offset - 1 >= (uint)written) throw Corrupt("a copy starts before the first byte.");
        if (length > target.Length - written) throw Corrupt("it holds more than its declared size.");
        int from = written - (int)offset;
        if (offset >= (uint)length)
        {
            target.Slice(from, length).CopyTo(target[written..]);
        }
        else
        {
            // The copy runs into its own output and so repeats it: byte by byte, in order.
            for (int index = 0; index < length; index++) target[written + index] = target[from + index];
        }

        written += length;
    }

    private static ulong ReadLittleEndian(ref ReadOnlySpan<byte> elements, int bytes)
    {
        if (elements.Length < bytes) throw Corrupt("an element is cut off.");
        ulong value = bytes switch
        {
            1 => elements[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(elements),
            3 => (ulong)elements[2] << 16 | BinaryPrimitives.ReadUInt16LittleEndian(elements),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(elements),
        };
        elements = elements[bytes..];
        return value;
    }

    private static CorruptCompressionException Corrupt(string reason) => new(CompressionType.Snappy, reason);
}
