using System.Buffers;

namespace LogBroker.Client.DependencyInjection.Consumers.Reading;

/// <summary>Bytes as they are, null apart from empty.</summary>
internal sealed class RawBytesFormat : ISerializer<RawBytes>, IDeserializer<RawBytes>
{
    public static readonly RawBytesFormat Instance = new();

    public bool IsNull(RawBytes value) => value.Content is null;

    public void Serialize(RawBytes value, IBufferWriter<byte> output, in SerializationContext context) =>
        output.Write(value.Content);

    public RawBytes Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) =>
        new(isNull ? null : data.ToArray());
}
