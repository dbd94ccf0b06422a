using System.Buffers.Binary;
using System.Text;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Telemetry;

/// <summary>Writes the few kinds of fields that OpenTelemetry's messages need in protobuf's encoding.</summary>
internal static class ProtobufWriter
{
    private const int LengthDelimited = 2;
    private const int Fixed64 = 1;
    private const int Varint = 0;

    public static void WriteText(PooledBufferWriter output, int field, string text) =>
        WriteBytes(output, field, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a nested message.</summary>
    public static void WriteMessage(PooledBufferWriter output, int field, Action<PooledBufferWriter> content)
    {
        using var nested = new PooledBufferWriter();
        content(nested);
        WriteBytes(output, field, nested.WrittenSpan);
    }

    public static void WriteVarint(PooledBufferWriter output, int field, ulong value)
    {
        WriteRaw(output, ((ulong)field << 3) | Varint);
        WriteRaw(output, value);
    }

    public static void WriteFixed64(PooledBufferWriter output, int field, ulong value)
    {
        WriteRaw(output, ((ulong)field << 3) | Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }

    public static void WriteDouble(PooledBufferWriter output, int field, double value) =>
        WriteFixed64(output, field, BitConverter.DoubleToUInt64Bits(value));

    private static void WriteBytes(PooledBufferWriter output, int field, ReadOnlySpan<byte> bytes)
    {
        WriteRaw(output, ((ulong)field << 3) | LengthDelimited);
        WriteRaw(output, (ulong)bytes.Length);
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }

    private static void WriteRaw(PooledBufferWriter output, ulong value)
    {
        var span = output.GetSpan(10);
        int length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[length++] = (byte)value;
        output.Advance(length);
    }
}
