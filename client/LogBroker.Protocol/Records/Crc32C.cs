using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LogBroker.Protocol.Records;

/// <summary>CRC-32C (Castagnoli), the checksum of record batches: reflected polynomial 0x82F63B78, start and final
/// xor 0xFFFFFFFF. In hardware on x86-64 and ARM64, in software elsewhere.</summary>
public static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;

    // The crc32 instruction answers after three cycles but a new one may start every cycle, so three lanes of a block
    // run side by side and are folded together at its end. Long blocks make folding rare, short ones serve the rest.
    private const int LongLaneBytes = 1344;
    private const int ShortLaneBytes = 128;

    private static readonly Folding LongFolding = new(LongLaneBytes);
    private static readonly Folding ShortFolding = new(ShortLaneBytes);

    /// <summary>The checksum of <paramref name="bytes"/>; 0 when there are none.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> covers followed by <paramref name="bytes"/>.</summary>
    /// <param name="crc">A checksum as this class returns it; 0 to begin.</param>
    /// <param name="bytes">What comes next.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint state = ~crc;
        if (Sse42.X64.IsSupported && Pclmulqdq.IsSupported)
        {
            state = AppendBlocks(state, ref bytes, LongFolding);
            state = AppendBlocks(state, ref bytes, ShortFolding);
        }

        return ~AppendSerially(state, bytes);
    }

    /// <summary>One lane: the plain form, and the one of processors without carry-less multiplication.</summary>
    internal static uint AppendSerially(uint state, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
            state = BitOperations.Crc32C(state, BitConverter.IsLittleEndian ? word : Reverse(word));

        foreach (byte value in bytes[(words.Length * sizeof(ulong))..]) state = BitOperations.Crc32C(state, value);
        return state;
    }

    private static uint AppendBlocks(uint state, ref ReadOnlySpan<byte> bytes, in Folding folding)
    {
        int lane = folding.LaneBytes;
        int blocks = bytes.Length / (3 * lane);
        if (blocks == 0) return state;

        ref byte start = ref MemoryMarshal.GetReference(bytes);
        for (int block = 0; block < blocks; block++)
        {
            state = AppendBlock(state, ref start, lane, folding);
            start = ref Unsafe.Add(ref start, 3 * lane);
        }

        bytes = bytes[(blocks * 3 * lane)..];
        return state;
    }

    private static uint AppendBlock(uint state, ref byte start, int lane, in Folding folding)
    {
        ulong first = state;
        ulong second = 0;
        ulong third = 0;
        ref byte middle = ref Unsafe.Add(ref start, lane);
        ref byte end = ref Unsafe.Add(ref start, 2 * lane);
        nint last = lane - sizeof(ulong);
        for (nint at = 0; at < last; at += sizeof(ulong))
        {
            first = Sse42.X64.Crc32(first, WordAt(ref start, at));
            second = Sse42.X64.Crc32(second, WordAt(ref middle, at));
            third = Sse42.X64.Crc32(third, WordAt(ref end, at));
        }

        first = Sse42.X64.Crc32(first, WordAt(ref start, last));
        second = Sse42.X64.Crc32(second, WordAt(ref middle, last));
        // The last word of the third lane also carries the other two, each moved forward by the bytes that follow it.
        ulong carried = Multiply(first, folding.TwoLanes) ^ Multiply(second, folding.OneLane);
        return (uint)Sse42.X64.Crc32(third, WordAt(ref end, last) ^ carried);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong WordAt(ref byte start, nint at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Multiply(ulong state, ulong factor) =>
        Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(state), Vector128.CreateScalar(factor), 0).ToScalar();

    private static ulong Reverse(ulong word) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);

    /// <summary>The factors that move a lane's state over the lanes behind it.</summary>
    private readonly struct Folding(int laneBytes)
    {
        // The product of two reflected 32-bit polynomials, read as a reflected 64-bit one, is too high by x, and the
        // crc32 instruction multiplies its operand by x^32: the factor for n bits is therefore x^(n-33).
        private const int AlreadyMoved = 33;

        public int LaneBytes { get; } = laneBytes;

        public ulong OneLane { get; } = PowerOfX((8 * laneBytes) - AlreadyMoved);

        public ulong TwoLanes { get; } = PowerOfX((16 * laneBytes) - AlreadyMoved);

        private static uint PowerOfX(int exponent)
        {
            uint power = 0x80000000; // x^0: the lowest degree is the highest bit
            for (int step = 0; step < exponent; step++)
                power = (power >> 1) ^ ((power & 1) == 0 ? 0 : Polynomial);
            return power;
        }
    }
}
