using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace LogBroker.Protocol.Primitives;

/// <summary>Reads the protocol's primitives, front to back, from one frame that lies in one piece.</summary>
/// <remarks>
/// Bytes and records that it hands out are views of the frame and live as long as its memory does. It trusts nothing:
/// counts are checked against the bytes that are left before anything is allocated, and all that is allocated is
/// charged against a budget of a small multiple of the frame's size, so a frame of N bytes takes at most about
/// <see cref="AllocationPerByteMax"/> x N bytes of heap. Throws <see cref="MalformedMessageException"/> and nothing
/// else; where it then stands is undefined. <c>isCompact</c> asks for the form of flexible versions (KIP-482).
/// </remarks>
public ref partial struct KafkaReader
{
    /// <summary>How many bytes of heap each byte of a frame may cost, beyond <see cref="AllocationFree"/>.</summary>
    public const int AllocationPerByteMax = 16;

    /// <summary>How many bytes of heap any frame may cost, however short.</summary>
    public const int AllocationFree = 48 * 1024;

    private const int StringBytesMax = short.MaxValue;

    private readonly Memory<byte> _memory;
    private readonly ReadOnlySpan<byte> _span;
    private int _position;
    private long _budget;

    public KafkaReader(Memory<byte> frame)
    {
        _memory = frame;
        _span = frame.Span;
        _budget = AllocationFree + (long)AllocationPerByteMax * frame.Length;
    }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _span.Length - _position;

    public bool ReadBoolean() => Take(1)[0] != 0;

    public sbyte ReadInt8() => (sbyte)Take(1)[0];

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    public double ReadFloat64() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));

    public Guid ReadUuid() => new(Take(16), bigEndian: true);

    /// <summary>Reads base-128 groups, least significant first; at most five bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadUnsignedVarInt()
    {
        uint first = Take(1)[0];
        return first < 0x80 ? first : ReadLongVarInt(first);
    }

    /// <summary>Reads a zigzag-encoded int32.</summary>
    public int ReadVarInt()
    {
        uint raw = ReadUnsignedVarInt();
        return (int)(raw >> 1) ^ -(int)(raw & 1);
    }

    /// <summary>Reads a zigzag-encoded int64; at most ten bytes.</summary>
    public long ReadVarLong()
    {
        ulong raw = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            ulong next = Take(1)[0];
            raw |= (next & 0x7F) << shift;
            if (next < 0x80) return (long)(raw >> 1) ^ -(long)(raw & 1);
        }
        MalformedMessageException.ThrowVarInt();
        return 0;
    }

    public string ReadString(bool isCompact = false)
    {
        int length = ReadLength(isCompact, sizeof(short));
        if (length < 0) MalformedMessageException.ThrowNull();
        return TakeString(length);
    }

    public string? ReadNullableString(bool isCompact = false)
    {
        int length = ReadLength(isCompact, sizeof(short));
        return length < 0 ? null : TakeString(length);
    }

    /// <summary>Reads bytes as a view of the frame.</summary>
    public Memory<byte> ReadBytes(bool isCompact = false)
    {
        int length = ReadLength(isCompact, sizeof(int));
        if (length < 0) MalformedMessageException.ThrowNull();
        return TakeMemory(length);
    }

    /// <summary>Reads bytes as a view of the frame, or null.</summary>
    public ReadOnlyMemory<byte>? ReadNullableBytes(bool isCompact = false)
    {
        int length = ReadLength(isCompact, sizeof(int));
        if (length < 0) return null; // Not "? null :", which would take null for an empty array and convert that.
        return TakeMemory(length);
    }

    /// <summary>Reads record batches as a view of the frame; their content is not looked at.</summary>
    public MemoryRecords ReadRecords(bool isCompact = false) => ToRecords(ReadBytes(isCompact));

    /// <inheritdoc cref="ReadRecords"/>
    public MemoryRecords? ReadNullableRecords(bool isCompact = false)
    {
        int length = ReadLength(isCompact, sizeof(int));
        return length < 0 ? null : ToRecords(TakeMemory(length));
    }

    /// <summary>Takes the next bytes, whatever they are.</summary>
    public Memory<byte> TakeMemory(int length)
    {
        int start = _position;
        _ = Take(length);
        return _memory.Slice(start, length);
    }

    /// <summary>Throws when bytes are left.</summary>
    public readonly void RequireEnd()
    {
        if (Remaining != 0) MalformedMessageException.ThrowTrailing(Remaining);
    }

    /// <summary>Takes <paramref name="bytes"/> of heap off the budget.</summary>
    internal void Charge(int bytes)
    {
        _budget -= bytes;
        if (_budget < 0) MalformedMessageException.ThrowBudget();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)Remaining) MalformedMessageException.ThrowTruncated(length, Remaining);
        var taken = _span.Slice(_position, length);
        _position += length;
        return taken;
    }

    private MemoryRecords ToRecords(Memory<byte> memory)
    {
        const int ObjectBytes = 32;
        Charge(ObjectBytes);
        return memory.IsEmpty ? MemoryRecords.Empty : new MemoryRecords(memory);
    }

    private string TakeString(int length)
    {
        const int ObjectBytes = 32;
        if (length == 0) return "";
        if (length > StringBytesMax) MalformedMessageException.ThrowLength(length, Remaining);
        var utf8 = Take(length);
        Charge(ObjectBytes + sizeof(char) * length);
        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Reads a length or count. None is longer than the bytes left; below zero is null, as Kafka takes
    /// it.</summary>
    private int ReadLength(bool isCompact, int prefixBytes)
    {
        long length = isCompact ? (long)ReadUnsignedVarInt() - 1
            : prefixBytes == sizeof(short) ? ReadInt16()
            : ReadInt32();
        if (length > Remaining) MalformedMessageException.ThrowLength(length, Remaining);
        return (int)length;
    }

    private uint ReadLongVarInt(uint first)
    {
        uint value = first & 0x7F;
        for (int shift = 7; shift < 35; shift += 7)
        {
            uint next = Take(1)[0];
            value |= (next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        MalformedMessageException.ThrowVarInt();
        return 0;
    }
}
