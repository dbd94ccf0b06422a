using LogBroker.Client.Metadata;

namespace LogBroker.Client.Consuming.Offsets;

/// <summary>The ids by which offsets are committed and asked for, so that those of a deleted topic never become those of another that has its
/// name: all topics of a request by their ids, or all by their names.</summary>
internal sealed class TopicIds
{
    private readonly Dictionary<string, Guid> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, string> _names = [];

    public TopicIds(ClusterSnapshot snapshot, IEnumerable<string> topics)
    {
        foreach (string name in topics.Distinct(StringComparer.Ordinal))
        {
            if (snapshot.FindTopic(name) is not { } topic || topic.Id == Guid.Empty) continue;
            _ids[name] = topic.Id;
            _names[topic.Id] = name;
        }
        AreKnown = topics.All(_ids.ContainsKey);
    }

    /// <summary>Whether there is one for each topic.</summary>
    public bool AreKnown { get; }

    /// <summary>A topic's id; empty when it is not known.</summary>
    public Guid Of(string topic) => _ids.GetValueOrDefault(topic);

    /// <summary>The name that an answer means; null when it was not asked for.</summary>
    /// <param name="name">What the answer says in versions that tell names.</param>
    /// <param name="id">What it says in the others.</param>
    public string? NameOf(string name, Guid id) => name.Length > 0 ? name : _names.GetValueOrDefault(id);
}
