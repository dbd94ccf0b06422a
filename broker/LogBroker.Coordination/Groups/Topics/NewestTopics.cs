using LogBroker.Metadata.Images;

namespace LogBroker.Coordination.Groups.Topics;

/// <summary>The topics of the catalogue as they are now; the same view for as long as they stay as they are.</summary>
/// <remarks>For any number of threads: two that meet at a change may each make a view of it, which are equal.</remarks>
public sealed class NewestTopics(Func<MetadataImage> image)
{
    private volatile ImageTopicView? _view;

    public ITopicView View()
    {
        MetadataImage now = image();
        return _view = _view?.Follow(now) ?? new ImageTopicView(now, now.Revision);
    }
}
