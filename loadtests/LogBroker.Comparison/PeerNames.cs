using System.Globalization;
using LogBroker.Protocol;

namespace LogBroker.Comparison;

/// <summary>Gives a broker's own ids names that are the same for both brokers: topic ids the names of their topics, its
/// node id one word, producer ids numbers in the order in which they appear.</summary>
/// <remarks>Owned by one peer; used by one case at a time.</remarks>
internal sealed class PeerNames
{
    private readonly Dictionary<Guid, string> _topicNames = [];
    private readonly Dictionary<string, Guid> _topicIds = new(StringComparer.Ordinal);
    private readonly List<long> _producerIds = [];
    private readonly Dictionary<string, string> _members = new(StringComparer.Ordinal);

    public int NodeId { get; set; } = -1;

    public string ClusterId { get; set; } = "";

    public int Port { get; set; }

    public void Learn(string topic, Guid id)
    {
        _topicNames[id] = topic;
        _topicIds[topic] = id;
    }

    /// <summary>The id of a topic that was created before; an id that no topic has otherwise.</summary>
    public Guid TopicId(string topic) => _topicIds.GetValueOrDefault(topic, new Guid("11111111-2222-4333-8444-555555555555"));

    public string TopicName(Guid id) =>
        id == Guid.Empty ? "zero" : _topicNames.TryGetValue(id, out string? name) ? $"id of {name}" : "another id";

    public string Node(int id) => id == NodeId ? "the node" : id.ToString(CultureInfo.InvariantCulture);

    public string Producer(long id)
    {
        if (id < 0) return id.ToString(CultureInfo.InvariantCulture);
        if (!_producerIds.Contains(id)) _producerIds.Add(id);
        return $"producer {_producerIds.IndexOf(id)}";
    }

    /// <summary>Remembers a member id, which the broker makes up, under a name.</summary>
    public void LearnMember(string name, string memberId) => _members[name] = memberId;

    /// <summary>The member id that was remembered.</summary>
    public string Member(string name) => _members.GetValueOrDefault(name, name);

    /// <summary>Replaces what a text says about this very broker.</summary>
    public string Text(string text)
    {
        foreach ((string name, string memberId) in _members)
        {
            if (memberId.Length > 0) text = text.Replace(memberId, $"(member {name})", StringComparison.Ordinal);
        }

        foreach ((Guid id, string name) in _topicNames)
            text = text.Replace(KafkaUuid.ToText(id), $"(id of {name})", StringComparison.Ordinal);
        if (ClusterId.Length > 0) text = text.Replace(ClusterId, "(cluster)", StringComparison.Ordinal);
        text = RunClock.Hide(text);
        return Port == 0
            ? text
            : text.Replace(Port.ToString(CultureInfo.InvariantCulture), "(port)", StringComparison.Ordinal);
    }
}
