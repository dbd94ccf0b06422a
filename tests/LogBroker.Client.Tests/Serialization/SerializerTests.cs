using System.Buffers;
using System.Text.Json.Serialization;

namespace LogBroker.Client.Tests.Serialization;

/// <summary>The built-in serializers write what Apache Kafka's do, and read it back.</summary>
public sealed partial class SerializerTests
{
    private static readonly SerializationContext Context = new("topic", RecordComponent.Value);

    [Fact]
    public void Serializers_OfEachType_WriteKafkasBytesAndReadThemBack()
    {
        AssertBytes("68C3A9", "hé", Serializers.Utf8, Deserializers.Utf8);
        AssertBytes("", "", Serializers.Utf8, Deserializers.Utf8);
        AssertBytes("0102", new byte[] { 1, 2 }, Serializers.Bytes, Deserializers.Bytes);
        AssertBytes("FFFE", (short)-2, Serializers.Int16, Deserializers.Int16);
        AssertBytes("00000102", 258, Serializers.Int32, Deserializers.Int32);
        AssertBytes("FFFFFFFFFFFFFFFF", -1L, Serializers.Int64, Deserializers.Int64);
        AssertBytes("3F800000", 1f, Serializers.Single, Deserializers.Single);
        AssertBytes("C000000000000000", -2d, Serializers.Double, Deserializers.Double);
        AssertBytes("01", true, Serializers.Boolean, Deserializers.Boolean);
        AssertBytes(
            Convert.ToHexString("00112233-4455-6677-8899-aabbccddeeff"u8),
            Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            Serializers.Guid,
            Deserializers.Guid);
    }

    [Fact]
    public void Json_BySourceGeneration_WritesAndReads() =>
        AssertBytes(
            Convert.ToHexString("""{"Id":7,"Name":"x"}"""u8),
            new Order(7, "x"),
            Serializers.Json(OrderJson.Default.Order),
            Deserializers.Json(OrderJson.Default.Order));

    [Fact]
    public void Deserialize_OfTheWrongLength_SaysSo()
    {
        var failure = Assert.Throws<SerializationException>(() => Deserializers.Int32.Deserialize([1, 2], false, Context));
        Assert.Contains("topic", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_OfATypeWithoutOne_SaysWhatToPass() =>
        Assert.Contains("Serializers.Json", Assert.Throws<ClientOptionsException>(Serializers.For<Order>).Message, StringComparison.Ordinal);

    [Fact]
    public void IsNull_OfEachKind_IsWhatARecordGets()
    {
        Assert.True(Serializers.Utf8.IsNull(null!));
        Assert.False(Serializers.Utf8.IsNull(""));
        Assert.True(Serializers.Null.IsNull(default));
        Assert.False(Serializers.Int32.IsNull(0));
    }

    private static void AssertBytes<T>(string hex, T value, ISerializer<T> serializer, IDeserializer<T> deserializer)
    {
        var output = new ArrayBufferWriter<byte>();
        serializer.Serialize(value, output, Context);
        Assert.Equal(hex, Convert.ToHexString(output.WrittenSpan));
        Assert.Equal(value, deserializer.Deserialize(output.WrittenSpan, false, Context));
    }

    internal sealed record Order(int Id, string Name);

    [JsonSerializable(typeof(Order))]
    internal sealed partial class OrderJson : JsonSerializerContext;
}
