using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using LogBroker.Metadata.Images;

namespace LogBroker.Coordination.Groups.Topics;

/// <summary>The topics of a catalogue's image.</summary>
internal sealed class ImageTopicView(MetadataImage image, long version) : ITopicView
{
    private readonly bool _hasRacks = image.Brokers.Values.Any(broker => broker.Rack is not null);

    public long Version => version;

    public IEnumerable<string> Names => image.Topics.Keys;

    /// <summary>The view of a newer image: this one if nothing changed that it shows.</summary>
    public ImageTopicView Follow(MetadataImage newer) =>
        ReferenceEquals(newer, image) ||
        (ReferenceEquals(newer.Topics, image.Topics) && ReferenceEquals(newer.Brokers, image.Brokers))
            ? this
            : new ImageTopicView(newer, newer.Revision);

    public bool TryGet(string name, [NotNullWhen(true)] out GroupTopic? topic)
    {
        topic = image.TryGetTopic(name, out TopicImage? found) ? Of(found) : null;
        return topic is not null;
    }

    public bool TryGet(Guid id, [NotNullWhen(true)] out GroupTopic? topic)
    {
        topic = image.TryGetTopic(id, out TopicImage? found) ? Of(found) : null;
        return topic is not null;
    }

    private GroupTopic Of(TopicImage topic) => new(
        topic.Name,
        topic.Id,
        topic.Partitions.Length,
        _hasRacks ? [.. topic.Partitions.Select(RacksOf)] : default);

    private ImmutableArray<string> RacksOf(PartitionImage partition) =>
    [
        .. partition.Replicas.Select(replica => image.Brokers.GetValueOrDefault(replica)?.Rack).OfType<string>().Distinct(),
    ];
}
