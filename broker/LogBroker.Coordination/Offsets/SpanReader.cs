using System.Buffers.Binary;
using System.Text;

namespace LogBroker.Coordination.Offsets;

/// <summary>Reads the fields of a record where it lies, without copying; a field that is not there makes it say so.</summary>
internal ref struct SpanReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether a field was missing or could not be one; then what was read means nothing.</summary>
    public bool HasFailed { get; private set; }

    public short Int16() => Take(sizeof(short)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt16BigEndian(taken) : (short)0;

    public int Int32() => Take(sizeof(int)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt32BigEndian(taken) : 0;

    public long Int64() => Take(sizeof(long)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt64BigEndian(taken) : 0;

    public Guid Uuid() => Take(16) is { IsEmpty: false } taken ? new Guid(taken, bigEndian: true) : Guid.Empty;

    /// <summary>A string's bytes; null is not allowed.</summary>
    public ReadOnlySpan<byte> String(bool isCompact)
    {
        int length = isCompact ? (int)VarInt() - 1 : Int16();
        return Take(length);
    }

    public uint VarInt()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = Take(1) is { IsEmpty: false } taken ? taken[0] : (byte)0;
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        HasFailed = true;
        return 0;
    }

    public void Skip(uint length) => Take(length > int.MaxValue ? -1 : (int)length);

    /// <summary>The text of a string's bytes, in <paramref name="room"/> where it fits.</summary>
    public static ReadOnlySpan<char> Text(ReadOnlySpan<byte> utf8, Span<char> room)
    {
        // No text has more UTF-16 units than UTF-8 bytes.
        if (utf8.Length > room.Length) return Encoding.UTF8.GetString(utf8);
        return room[..Encoding.UTF8.GetChars(utf8, room)];
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (HasFailed || (uint)length > (uint)_rest.Length)
        {
            HasFailed = true;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
