using LogBroker.Metadata;
using LogBroker.Metadata.Images;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Names and ids of topics, as requests about offsets give either.</summary>
internal sealed class TopicNaming(Catalogue catalogue)
{
    public TopicImage? Find(string name) => catalogue.Image.TryGetTopic(name, out TopicImage? topic) ? topic : null;

    public TopicImage? Find(Guid id) => catalogue.Image.TryGetTopic(id, out TopicImage? topic) ? topic : null;
}
