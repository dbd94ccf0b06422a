using System.Runtime.CompilerServices;

namespace LogBroker.Protocol.Records;

/// <summary>The zigzag varints inside records: at most 5 bytes for 32 bits, 10 for 64.</summary>
internal static class RecordVarint
{
    private const int LongestInt32Bytes = 5;
    private const int LongestInt64Bytes = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadInt32(ReadOnlySpan<byte> source, scoped ref int position)
    {
        int at = position;
        if ((uint)at >= (uint)source.Length || source[at] >= 0x80) return ReadLongInt32(source, ref position);
        position = at + 1;
        uint value = source[at];
        return (int)(value >> 1) ^ -(int)(value & 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ReadInt64(ReadOnlySpan<byte> source, scoped ref int position)
    {
        int at = position;
        if ((uint)at >= (uint)source.Length || source[at] >= 0x80)
            return Unzigzag(ReadGroups(source, ref position, LongestInt64Bytes));
        position = at + 1;
        uint value = source[at];
        return (int)(value >> 1) ^ -(int)(value & 1);
    }

    public static int SizeOf(long value)
    {
        int bits = 64 - System.Numerics.BitOperations.LeadingZeroCount(Zigzag(value) | 1);
        return (bits + 6) / 7;
    }

    /// <summary>Writes to the front of <paramref name="target"/>, which must have <see cref="SizeOf"/> bytes.</summary>
    /// <returns>How many bytes it took. A 32-bit value takes the same bytes as a 64-bit one.</returns>
    public static int Write(Span<byte> target, long value)
    {
        ulong rest = Zigzag(value);
        int at = 0;
        while (rest >= 0x80)
        {
            target[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        target[at++] = (byte)rest;
        return at;
    }

    // As Kafka does, bits of the fifth byte that no longer fit in 32 are dropped, not refused.
    private static int ReadLongInt32(ReadOnlySpan<byte> source, scoped ref int position)
    {
        uint groups = (uint)ReadGroups(source, ref position, LongestInt32Bytes);
        return (int)(groups >> 1) ^ -(int)(groups & 1);
    }

    private static ulong ReadGroups(ReadOnlySpan<byte> source, ref int position, int longest)
    {
        ulong value = 0;
        for (int index = 0; index < longest; index++)
        {
            if ((uint)position >= (uint)source.Length) InvalidRecordException.Throw("A number ends too early.");
            byte group = source[position++];
            value |= (ulong)(group & 0x7F) << (7 * index);
            if (group < 0x80) return value;
        }

        InvalidRecordException.Throw("A number has too many bytes.");
        return 0;
    }

    private static ulong Zigzag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long Unzigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
