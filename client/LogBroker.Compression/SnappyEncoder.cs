using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LogBroker.Compression;

/// <summary>Writes one raw Snappy block. Matches are looked for within fragments of 64 KB, so that a table of 16-bit
/// positions suffices and every copy fits the two-byte form.</summary>
internal static class SnappyEncoder
{
    private const int FragmentBytes = 64 * 1024;
    private const int TableBits = 14;
    private const int SmallestTableBits = 8;
    private const int ShortestMatch = 4;
    private const int LongestCopy = 64;
    private const int LongestShortCopy = 11;
    private const int LongestShortOffset = 2047;
    private const int LongestSizeBytes = 5;

    // After this many misses the search steps over one byte more each time: data that does not shrink passes quickly.
    private const int MissesPerStepBits = 5;
    private const uint HashFactor = 0x9E3779B1;

    public static void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        WriteSize(input.Length, output);
        ushort[] table = ArrayPool<ushort>.Shared.Rent(1 << TableBits);
        while (!input.IsEmpty)
        {
            ReadOnlySpan<byte> fragment = input[..Math.Min(input.Length, FragmentBytes)];
            Span<byte> target = output.GetSpan(MostBytesOf(fragment.Length));
            output.Advance(EncodeFragment(fragment, target, table));
            input = input[fragment.Length..];
        }

        ArrayPool<ushort>.Shared.Return(table);
    }

    private static void WriteSize(int size, IBufferWriter<byte> output)
    {
        Span<byte> target = output.GetSpan(LongestSizeBytes);
        int count = 0;
        for (; size >= 0x80; size >>= 7) target[count++] = (byte)(size | 0x80);
        target[count++] = (byte)size;
        output.Advance(count);
    }

    // A literal costs three bytes more than it holds, and no match is written that costs more than it saves.
    private static int MostBytesOf(int inputBytes) => inputBytes + (inputBytes / 6) + 32;

    private static int EncodeFragment(ReadOnlySpan<byte> input, Span<byte> target, ushort[] table)
    {
        int bits = Math.Clamp(BitOperations.Log2((uint)input.Length) + 1, SmallestTableBits, TableBits);
        Span<ushort> positions = table.AsSpan(0, 1 << bits);
        positions.Clear();
        int written = 0;
        int literalStart = 0;
        int at = 1; // position 0 is what an empty place of the table says
        int misses = 1 << MissesPerStepBits;
        int lastStart = input.Length - ShortestMatch;
        while (at <= lastStart)
        {
            uint word = WordAt(input, at);
            ref ushort place = ref positions[(int)((word * HashFactor) >> (32 - bits))];
            int candidate = place;
            place = (ushort)at;
            if (WordAt(input, candidate) != word)
            {
                at += misses++ >> MissesPerStepBits;
                continue;
            }

            int length = ShortestMatch
                + input[(at + ShortestMatch)..].CommonPrefixLength(input[(candidate + ShortestMatch)..]);
            written += WriteLiteral(input[literalStart..at], target[written..]);
            written += WriteCopy(at - candidate, length, target[written..]);
            at += length;
            literalStart = at;
            misses = 1 << MissesPerStepBits;
            if (at - 1 <= lastStart)
                positions[(int)((WordAt(input, at - 1) * HashFactor) >> (32 - bits))] = (ushort)(at - 1);
        }

        return written + WriteLiteral(input[literalStart..], target[written..]);
    }

    private static uint WordAt(ReadOnlySpan<byte> input, int at) => MemoryMarshal.Read<uint>(input[at..]);

    private static int WriteLiteral(ReadOnlySpan<byte> literal, Span<byte> target)
    {
        if (literal.IsEmpty) return 0;
        int last = literal.Length - 1;
        int tagBytes;
        if (last < 60)
        {
            target[0] = (byte)(last << 2);
            tagBytes = 1;
        }
        else if (last <= byte.MaxValue)
        {
            target[0] = 60 << 2;
            target[1] = (byte)last;
            tagBytes = 2;
        }
        else
        {
            target[0] = 61 << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)last);
            tagBytes = 3;
        }

        literal.CopyTo(target[tagBytes..]);
        return tagBytes + literal.Length;
    }

    private static int WriteCopy(int offset, int length, Span<byte> target)
    {
        int written = 0;
        while (length > 0)
        {
            if (length is >= ShortestMatch and <= LongestShortCopy && offset <= LongestShortOffset)
            {
                target[written] = (byte)(1 | ((length - ShortestMatch) << 2) | ((offset >> 8) << 5));
                target[written + 1] = (byte)offset;
                return written + 2;
            }

            int part = Math.Min(length, LongestCopy);
            target[written] = (byte)(2 | ((part - 1) << 2));
            BinaryPrimitives.WriteUInt16LittleEndian(target[(written + 1)..], (ushort)offset);
            written += 3;
            length -= part;
        }

        return written;
    }
}
