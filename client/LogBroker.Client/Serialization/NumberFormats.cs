using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace LogBroker.Client.Serialization;

/// <summary>What the formats of a fixed length share: the check of what is read.</summary>
internal static class FixedLength
{
    public static ReadOnlySpan<byte> Require(
        ReadOnlySpan<byte> data, int length, bool isNull, in SerializationContext context)
    {
        if (data.Length == length && !isNull) return data;
        string what = isNull ? "null" : $"{data.Length} bytes";
        throw new SerializationException(
            $"A {context.Component} of {context.Topic} is {what} where {length} bytes were expected: " +
            "the deserializer is not the reverse of the serializer that wrote it.");
    }
}

/// <summary>Two bytes.</summary>
internal sealed class Int16Format : ISerializer<short>, IDeserializer<short>
{
    public void Serialize(short value, IBufferWriter<byte> output, in SerializationContext context)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(sizeof(short)), value);
        output.Advance(sizeof(short));
    }

    public short Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        BinaryPrimitives.ReadInt16BigEndian(FixedLength.Require(data, sizeof(short), isNull, context));
}

/// <summary>Four bytes.</summary>
internal sealed class Int32Format : ISerializer<int>, IDeserializer<int>
{
    public void Serialize(int value, IBufferWriter<byte> output, in SerializationContext context)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public int Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        BinaryPrimitives.ReadInt32BigEndian(FixedLength.Require(data, sizeof(int), isNull, context));
}

/// <summary>Eight bytes.</summary>
internal sealed class Int64Format : ISerializer<long>, IDeserializer<long>
{
    public void Serialize(long value, IBufferWriter<byte> output, in SerializationContext context)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public long Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        BinaryPrimitives.ReadInt64BigEndian(FixedLength.Require(data, sizeof(long), isNull, context));
}

/// <summary>Four bytes of IEEE 754.</summary>
internal sealed class SingleFormat : ISerializer<float>, IDeserializer<float>
{
    public void Serialize(float value, IBufferWriter<byte> output, in SerializationContext context)
    {
        BinaryPrimitives.WriteSingleBigEndian(output.GetSpan(sizeof(float)), value);
        output.Advance(sizeof(float));
    }

    public float Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        BinaryPrimitives.ReadSingleBigEndian(FixedLength.Require(data, sizeof(float), isNull, context));
}

/// <summary>Eight bytes of IEEE 754.</summary>
internal sealed class DoubleFormat : ISerializer<double>, IDeserializer<double>
{
    public void Serialize(double value, IBufferWriter<byte> output, in SerializationContext context)
    {
        BinaryPrimitives.WriteDoubleBigEndian(output.GetSpan(sizeof(double)), value);
        output.Advance(sizeof(double));
    }

    public double Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        BinaryPrimitives.ReadDoubleBigEndian(FixedLength.Require(data, sizeof(double), isNull, context));
}

/// <summary>A byte of 0 or 1.</summary>
internal sealed class BooleanFormat : ISerializer<bool>, IDeserializer<bool>
{
    public void Serialize(bool value, IBufferWriter<byte> output, in SerializationContext context)
    {
        output.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        output.Advance(1);
    }

    public bool Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        FixedLength.Require(data, 1, isNull, context)[0] != 0;
}

/// <summary>The text of a UUID.</summary>
internal sealed class GuidFormat : ISerializer<Guid>, IDeserializer<Guid>
{
    private const int TextBytes = 36;

    public void Serialize(Guid value, IBufferWriter<byte> output, in SerializationContext context)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(TextBytes), out int written);
        output.Advance(written);
    }

    public Guid Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context)
    {
        ReadOnlySpan<byte> text = FixedLength.Require(data, TextBytes, isNull, context);
        return Utf8Parser.TryParse(text, out Guid value, out int read) && read == TextBytes
            ? value
            : throw new SerializationException($"A {context.Component} of {context.Topic} is not the text of a UUID.");
    }
}
