using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Store;

namespace LogBroker.Metadata.Images;

/// <summary>The whole catalogue as it was at one revision of the store: what brokers work from. Immutable; a newer one shares
/// what has not changed.</summary>
public sealed record MetadataImage
{
    private static readonly ImmutableDictionary<string, string> NoConfigs = ImmutableDictionary<string, string>.Empty;

    internal static readonly MetadataImage Empty = new();

    private MetadataImage()
    {
    }

    /// <summary>The store's revision that this image contains, and all before it.</summary>
    public long Revision { get; private init; }

    /// <summary>The name of the cluster, given once; "" before that.</summary>
    public string ClusterId { get; private init; } = "";

    /// <summary>The brokers that are there, by id.</summary>
    public ImmutableSortedDictionary<int, BrokerImage> Brokers { get; private init; } =
        ImmutableSortedDictionary<int, BrokerImage>.Empty;

    /// <summary>The topics by name, in the order of their names.</summary>
    public ImmutableSortedDictionary<string, TopicImage> Topics { get; private init; } =
        ImmutableSortedDictionary.Create<string, TopicImage>(StringComparer.Ordinal);

    private ImmutableDictionary<Guid, TopicImage> TopicsById { get; init; } = ImmutableDictionary<Guid, TopicImage>.Empty;

    private ImmutableDictionary<ConfigResource, ImmutableDictionary<string, string>> Configs { get; init; } =
        ImmutableDictionary<ConfigResource, ImmutableDictionary<string, string>>.Empty;

    /// <summary>The revision at which each key was last put: what compare-and-swap needs.</summary>
    private ImmutableDictionary<string, long> ModRevisions { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>The resources for which something is set.</summary>
    public IEnumerable<ConfigResource> ConfiguredResources => Configs.Keys;

    public bool TryGetTopic(string name, [NotNullWhen(true)] out TopicImage? topic) => Topics.TryGetValue(name, out topic);

    public bool TryGetTopic(Guid id, [NotNullWhen(true)] out TopicImage? topic) => TopicsById.TryGetValue(id, out topic);

    /// <summary>What is set for a topic, a group or a broker itself, as it was written.</summary>
    public ImmutableDictionary<string, string> ConfigsOf(ConfigResource resource) =>
        Configs.GetValueOrDefault(resource, NoConfigs);

    /// <summary>The layers of a broker's settings; <paramref name="staticConfigs"/> is what it was started with.</summary>
    public BrokerConfigLayers BrokerConfig(int brokerId, ImmutableDictionary<string, string> staticConfigs) => new()
    {
        Static = staticConfigs,
        DynamicDefault = ConfigsOf(ConfigResource.ClusterDefault),
        Dynamic = ConfigsOf(ConfigResource.Broker(brokerId)),
    };

    internal static MetadataImage From(MetadataSnapshot snapshot) =>
        snapshot.Entries.Aggregate(Empty, (image, entry) => image.With(entry.Key, entry.Value, entry.ModRevision))
            with
        { Revision = snapshot.Revision };

    internal MetadataImage Apply(MetadataChange change) =>
        change.Events.Aggregate(this, (image, one) => image.With(one.Key, one.Value, change.Revision))
            with
        { Revision = change.Revision };

    /// <summary>The revision at which the key was last put; 0 = there is no such key.</summary>
    internal long ModRevision(string key) => ModRevisions.GetValueOrDefault(key);

    private MetadataImage With(string key, ReadOnlyMemory<byte>? value, long revision)
    {
        var image = this with
        {
            ModRevisions = value is null ? ModRevisions.Remove(key) : ModRevisions.SetItem(key, revision),
        };
        if (CatalogueKeys.Suffix(key, CatalogueKeys.Topics) is { } topic) return image.WithTopic(topic, value);
        if (CatalogueKeys.Suffix(key, CatalogueKeys.Brokers) is { } broker) return image.WithBroker(broker, value, revision);
        if (CatalogueKeys.TryParseConfigs(key, out var resource)) return image.WithConfigs(resource, value);
        return key == CatalogueKeys.ClusterId && value is { } id
            ? image with { ClusterId = CatalogueValues.ReadText(id) }
            : image;
    }

    private MetadataImage WithTopic(string name, ReadOnlyMemory<byte>? value)
    {
        var byId = Topics.TryGetValue(name, out var before) ? TopicsById.Remove(before.Id) : TopicsById;
        if (value is not { } bytes) return this with { Topics = Topics.Remove(name), TopicsById = byId };
        var topic = CatalogueValues.ReadTopic(name, bytes);
        return this with { Topics = Topics.SetItem(name, topic), TopicsById = byId.SetItem(topic.Id, topic) };
    }

    private MetadataImage WithBroker(string id, ReadOnlyMemory<byte>? value, long revision)
    {
        int number = int.Parse(id, CultureInfo.InvariantCulture);
        return this with
        {
            Brokers = value is { } bytes
                ? Brokers.SetItem(number, CatalogueValues.ReadBroker(number, revision, bytes))
                : Brokers.Remove(number),
        };
    }

    private MetadataImage WithConfigs(ConfigResource resource, ReadOnlyMemory<byte>? value) => this with
    {
        Configs = value is { } bytes
            ? Configs.SetItem(resource, CatalogueValues.ReadConfigs(bytes))
            : Configs.Remove(resource),
    };
}
