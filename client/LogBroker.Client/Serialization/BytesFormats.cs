using System.Buffers;
using System.Text;

namespace LogBroker.Client.Serialization;

/// <summary>Text as UTF-8.</summary>
internal sealed class Utf8Format : ISerializer<string>, IDeserializer<string>
{
    private const int BytesPerCharMax = 3;

    public void Serialize(string value, IBufferWriter<byte> output, in SerializationContext context)
    {
        // The exact length costs a pass over the text; for short ones the bound wastes nothing worth it.
        int bytes = value.Length <= 1024 ? value.Length * BytesPerCharMax : Encoding.UTF8.GetByteCount(value);
        if (bytes == 0) return;
        output.Advance(Encoding.UTF8.GetBytes(value, output.GetSpan(bytes)));
    }

    public string Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        isNull ? null! : Encoding.UTF8.GetString(data);
}

/// <summary>Bytes as an array.</summary>
internal sealed class BytesFormat : ISerializer<byte[]>, IDeserializer<byte[]>
{
    public void Serialize(byte[] value, IBufferWriter<byte> output, in SerializationContext context) => output.Write(value);

    public byte[] Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        isNull ? null! : data.ToArray();
}

/// <summary>Bytes in memory of the caller's.</summary>
internal sealed class MemoryFormat : ISerializer<ReadOnlyMemory<byte>>, IDeserializer<ReadOnlyMemory<byte>>
{
    public void Serialize(ReadOnlyMemory<byte> value, IBufferWriter<byte> output, in SerializationContext context) =>
        output.Write(value.Span);

    public ReadOnlyMemory<byte> Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        data.ToArray();
}

/// <summary>Nothing at all.</summary>
internal sealed class NullFormat : ISerializer<Null>, IDeserializer<Null>
{
    public bool IsNull(Null value) => true;

    public void Serialize(Null value, IBufferWriter<byte> output, in SerializationContext context)
    {
    }

    public Null Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) => default;
}
