using System.Text.Json.Serialization.Metadata;
using LogBroker.Client.Serialization;

namespace LogBroker.Client;

/// <summary>The deserializers that come with the client, each the reverse of the one in <see cref="Serializers"/>. A null is read as
/// null where the type has one, else it is a <see cref="SerializationException"/>.</summary>
public static class Deserializers
{
    /// <summary>Text from UTF-8; a null stays null.</summary>
    public static IDeserializer<string> Utf8 { get; } = new Utf8Format();

    /// <summary>A copy of the bytes; a null stays null.</summary>
    public static IDeserializer<byte[]> Bytes { get; } = new BytesFormat();

    /// <summary>A copy of the bytes; a null is empty.</summary>
    public static IDeserializer<ReadOnlyMemory<byte>> Memory { get; } = new MemoryFormat();

    /// <summary>Two bytes, big-endian.</summary>
    public static IDeserializer<short> Int16 { get; } = new Int16Format();

    /// <summary>Four bytes, big-endian.</summary>
    public static IDeserializer<int> Int32 { get; } = new Int32Format();

    /// <summary>Eight bytes, big-endian.</summary>
    public static IDeserializer<long> Int64 { get; } = new Int64Format();

    /// <summary>Four bytes, IEEE 754, big-endian.</summary>
    public static IDeserializer<float> Single { get; } = new SingleFormat();

    /// <summary>Eight bytes, IEEE 754, big-endian.</summary>
    public static IDeserializer<double> Double { get; } = new DoubleFormat();

    /// <summary>One byte, 0 or 1.</summary>
    public static IDeserializer<bool> Boolean { get; } = new BooleanFormat();

    /// <summary>The 36 characters of a UUID.</summary>
    public static IDeserializer<Guid> Guid { get; } = new GuidFormat();

    /// <summary>Whatever the bytes are, they are not looked at.</summary>
    public static IDeserializer<Null> Ignore { get; } = new NullFormat();

    /// <summary>JSON by source-generated metadata; a null record value is the type's default.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="type">As in <c>MyJsonContext.Default.Order</c>.</param>
    public static IDeserializer<T> Json<T>(JsonTypeInfo<T> type) => new JsonFormat<T>(type);

    /// <summary>The one for <typeparamref name="T"/> when none was given.</summary>
    /// <exception cref="ClientOptionsException">There is none for this type.</exception>
    public static IDeserializer<T> For<T>() => BuiltInFormats.For<T>() as IDeserializer<T>
        ?? throw new ClientOptionsException(
            $"There is no built-in deserializer for {typeof(T)}: pass one, such as Deserializers.Json(MyJsonContext.Default.{typeof(T).Name}).");
}
