using System.Text.Json.Serialization.Metadata;
using LogBroker.Client.Serialization;

namespace LogBroker.Client;

/// <summary>The serializers that come with the client. All but JSON write the bytes Apache Kafka's own serializers of the same name
/// write.</summary>
public static class Serializers
{
    /// <summary>Text as UTF-8.</summary>
    public static ISerializer<string> Utf8 { get; } = new Utf8Format();

    /// <summary>Bytes as they are.</summary>
    public static ISerializer<byte[]> Bytes { get; } = new BytesFormat();

    /// <summary>Bytes as they are, from memory that is only looked at during the call.</summary>
    public static ISerializer<ReadOnlyMemory<byte>> Memory { get; } = new MemoryFormat();

    /// <summary>Two bytes, big-endian.</summary>
    public static ISerializer<short> Int16 { get; } = new Int16Format();

    /// <summary>Four bytes, big-endian.</summary>
    public static ISerializer<int> Int32 { get; } = new Int32Format();

    /// <summary>Eight bytes, big-endian.</summary>
    public static ISerializer<long> Int64 { get; } = new Int64Format();

    /// <summary>Four bytes, IEEE 754, big-endian.</summary>
    public static ISerializer<float> Single { get; } = new SingleFormat();

    /// <summary>Eight bytes, IEEE 754, big-endian.</summary>
    public static ISerializer<double> Double { get; } = new DoubleFormat();

    /// <summary>One byte, 0 or 1.</summary>
    public static ISerializer<bool> Boolean { get; } = new BooleanFormat();

    /// <summary>The 36 characters of a UUID, as Kafka's UUIDSerializer writes them.</summary>
    public static ISerializer<Guid> Guid { get; } = new GuidFormat();

    /// <summary>Nothing: a record without a key, or a tombstone.</summary>
    public static ISerializer<Null> Null { get; } = new NullFormat();

    /// <summary>JSON by source-generated metadata: no reflection, safe to trim.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="type">As in <c>MyJsonContext.Default.Order</c>.</param>
    public static ISerializer<T> Json<T>(JsonTypeInfo<T> type) => new JsonFormat<T>(type);

    /// <summary>The one for <typeparamref name="T"/> when none was given.</summary>
    /// <exception cref="ClientOptionsException">There is none for this type.</exception>
    internal static ISerializer<T> For<T>() => BuiltInFormats.For<T>() as ISerializer<T>
        ?? throw new ClientOptionsException(
            $"There is no built-in serializer for {typeof(T)}: pass one, such as Serializers.Json(MyJsonContext.Default.{typeof(T).Name}).");
}
