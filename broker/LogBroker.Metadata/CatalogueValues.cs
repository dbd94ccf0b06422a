using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LogBroker.Metadata.Images;

namespace LogBroker.Metadata;

/// <summary>How the catalogue's values are written in the store: JSON, or plain text where it is one word. Readers overlook
/// properties they do not know.</summary>
internal static class CatalogueValues
{
    public static ReadOnlyMemory<byte> Text(string text) => Encoding.UTF8.GetBytes(text);

    public static ReadOnlyMemory<byte> Number(long number) => Text(number.ToString(CultureInfo.InvariantCulture));

    public static ReadOnlyMemory<byte> Topic(Guid id, ImmutableArray<ImmutableArray<int>> replicas) =>
        Json(new StoredTopic(id, replicas), StoredJson.Default.StoredTopic);

    public static ReadOnlyMemory<byte> Broker(BrokerRegistration registration) =>
        Json(new StoredBroker(registration.DirectoryId, registration.Rack, registration.Endpoints),
            StoredJson.Default.StoredBroker);

    public static ReadOnlyMemory<byte> Configs(ImmutableDictionary<string, string> configs) =>
        Json(configs.ToImmutableSortedDictionary(StringComparer.Ordinal),
            StoredJson.Default.ImmutableSortedDictionaryStringString);

    public static string ReadText(ReadOnlyMemory<byte> value) => Encoding.UTF8.GetString(value.Span);

    public static long ReadNumber(ReadOnlyMemory<byte> value) =>
        long.Parse(ReadText(value), CultureInfo.InvariantCulture);

    public static TopicImage ReadTopic(string name, ReadOnlyMemory<byte> value)
    {
        var stored = JsonSerializer.Deserialize(value.Span, StoredJson.Default.StoredTopic)!;
        return new TopicImage(name, stored.Id, stored.Replicas);
    }

    public static BrokerImage ReadBroker(int id, long epoch, ReadOnlyMemory<byte> value)
    {
        var stored = JsonSerializer.Deserialize(value.Span, StoredJson.Default.StoredBroker)!;
        return new BrokerImage(id, epoch, stored.Rack, stored.Endpoints);
    }

    /// <summary>Whose registration it is: the id of the broker's data directory.</summary>
    public static Guid ReadBrokerDirectory(ReadOnlyMemory<byte> value) =>
        JsonSerializer.Deserialize(value.Span, StoredJson.Default.StoredBroker)!.DirectoryId;

    public static ImmutableDictionary<string, string> ReadConfigs(ReadOnlyMemory<byte> value) =>
        JsonSerializer.Deserialize(value.Span, StoredJson.Default.ImmutableSortedDictionaryStringString)!
            .ToImmutableDictionary();

    private static ReadOnlyMemory<byte> Json<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.SerializeToUtf8Bytes(value, type);
}

internal sealed record StoredTopic(Guid Id, ImmutableArray<ImmutableArray<int>> Replicas);

internal sealed record StoredBroker(Guid DirectoryId, string? Rack, ImmutableArray<BrokerEndpoint> Endpoints);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredTopic))]
[JsonSerializable(typeof(StoredBroker))]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, string>))]
internal sealed partial class StoredJson : JsonSerializerContext;
