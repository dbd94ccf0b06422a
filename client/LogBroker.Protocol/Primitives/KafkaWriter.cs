using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace LogBroker.Protocol.Primitives;

/// <summary>Writes the protocol's primitives to an output, in the output's own memory.</summary>
/// <remarks>
/// It holds back what it has written until <see cref="Flush"/>, which must follow the last write. Pass it by
/// reference. <c>isCompact</c> asks for the form of flexible versions (KIP-482).
/// </remarks>
public ref partial struct KafkaWriter(IBufferWriter<byte> output)
{
    private const int SpanBytesMin = 256;
    private const int VarIntBytesMax = 5;
    private const int VarLongBytesMax = 10;
    private const int StringBytesMax = short.MaxValue;

    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _span;
    private int _written;

    /// <summary>Hands what has been written to the output.</summary>
    public void Flush()
    {
        if (_written > 0) _output.Advance(_written);
        _span = default;
        _written = 0;
    }

    public void WriteBoolean(bool value) => Reserve(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt8(sbyte value) => Reserve(1)[0] = (byte)value;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(sizeof(short)), value);

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(sizeof(ushort)), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(sizeof(int)), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(sizeof(uint)), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(sizeof(long)), value);

    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Reserve(sizeof(double)), value);

    public void WriteUuid(Guid value) => value.TryWriteBytes(Reserve(16), bigEndian: true, out _);

    /// <summary>Writes base-128 groups, least significant first.</summary>
    public void WriteUnsignedVarInt(uint value)
    {
        Ensure(VarIntBytesMax);
        while (value >= 0x80)
        {
            _span[_written++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _span[_written++] = (byte)value;
    }

    /// <summary>Writes zigzag-encoded.</summary>
    public void WriteVarInt(int value) => WriteUnsignedVarInt((uint)((value << 1) ^ (value >> 31)));

    /// <inheritdoc cref="WriteVarInt"/>
    public void WriteVarLong(long value)
    {
        Ensure(VarLongBytesMax);
        ulong raw = (ulong)((value << 1) ^ (value >> 63));
        while (raw >= 0x80)
        {
            _span[_written++] = (byte)(raw | 0x80);
            raw >>= 7;
        }
        _span[_written++] = (byte)raw;
    }

    /// <exception cref="UnsupportedFieldException">The string is longer than 32767 bytes of UTF-8.</exception>
    public void WriteString(string? value, bool isCompact = false)
    {
        if (value is null)
        {
            WriteLength(-1, isCompact, sizeof(short));
            return;
        }
        int length = Encoding.UTF8.GetByteCount(value);
        if (length > StringBytesMax) UnsupportedFieldException.ThrowStringLength(length);
        WriteLength(length, isCompact, sizeof(short));
        Encoding.UTF8.GetBytes(value, Reserve(length));
    }

    public void WriteBytes(ReadOnlyMemory<byte>? value, bool isCompact = false)
    {
        WriteLength(value?.Length ?? -1, isCompact, sizeof(int));
        if (value is { } bytes) WriteRaw(bytes.Span);
    }

    /// <summary>Writes record batches with their length in front, by reference where the output takes that.</summary>
    public void WriteRecords(IRecords? records, bool isCompact = false)
    {
        WriteLength(records?.SizeInBytes ?? -1, isCompact, sizeof(int));
        if (records is null or { SizeInBytes: 0 }) return;
        Flush();
        if (_output is IRecordsOutput byReference) byReference.Append(records);
        else records.CopyTo(_output);
    }

    /// <summary>Writes bytes as they are, with no length.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= _span.Length - _written)
        {
            bytes.CopyTo(Reserve(bytes.Length));
            return;
        }
        Flush();
        _output.Write(bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int length)
    {
        Ensure(length);
        var reserved = _span.Slice(_written, length);
        _written += length;
        return reserved;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int length)
    {
        if (_span.Length - _written < length) Renew(length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Renew(int length)
    {
        Flush();
        _span = _output.GetSpan(Math.Max(length, SpanBytesMin));
    }

    private void WriteLength(int length, bool isCompact, int prefixBytes)
    {
        if (isCompact) WriteUnsignedVarInt((uint)(length + 1));
        else if (prefixBytes == sizeof(short)) WriteInt16((short)length);
        else WriteInt32(length);
    }
}
