namespace LogBroker.Coordination.Offsets;

/// <summary>The committed offsets of one shard: group, topic, partition. Changed by replay alone.</summary>
/// <remarks>Guarded by its shard's lock. Names of topics are kept once for all groups.</remarks>
public sealed class OffsetsState
{
    private readonly Dictionary<string, GroupOffsets> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GroupOffsets>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _topicsBySpan;

    public OffsetsState()
    {
        _bySpan = _groups.GetAlternateLookup<ReadOnlySpan<char>>();
        _topicsBySpan = _topics.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The ids of groups that have offsets.</summary>
    public IReadOnlyCollection<string> GroupIds => _groups.Keys;

    /// <summary>The offsets of a group by topic and partition; null when it has none.</summary>
    public IReadOnlyDictionary<string, Dictionary<int, CommittedOffset>>? OfGroup(string groupId) =>
        _groups.TryGetValue(groupId, out GroupOffsets? group) ? group.ByTopic : null;

    public CommittedOffset? Find(string groupId, string topic, int partition)
    {
        return _groups.TryGetValue(groupId, out GroupOffsets? group)
            && group.ByTopic.TryGetValue(topic, out Dictionary<int, CommittedOffset>? partitions)
            && partitions.TryGetValue(partition, out CommittedOffset offset)
                ? offset
                : null;
    }

    internal void Set(ReadOnlySpan<char> groupId, ReadOnlySpan<char> topic, int partition, in CommittedOffset offset)
    {
        if (!_bySpan.TryGetValue(groupId, out GroupOffsets? group))
        {
            group = new GroupOffsets(groupId.ToString());
            _groups.Add(group.GroupId, group);
        }

        if (!group.BySpan.TryGetValue(topic, out Dictionary<int, CommittedOffset>? partitions))
        {
            partitions = [];
            group.ByTopic.Add(OneCopyOf(topic), partitions);
        }

        if (!partitions.ContainsKey(partition)) Count++;
        partitions[partition] = offset;
    }

    internal void Remove(ReadOnlySpan<char> groupId, ReadOnlySpan<char> topic, int partition)
    {
        if (!_bySpan.TryGetValue(groupId, out GroupOffsets? group)) return;
        if (!group.BySpan.TryGetValue(topic, out Dictionary<int, CommittedOffset>? partitions)) return;
        if (!partitions.Remove(partition)) return;
        Count--;
        if (partitions.Count == 0) group.BySpan.Remove(topic);
        if (group.ByTopic.Count == 0) _groups.Remove(group.GroupId);
    }

    private string OneCopyOf(ReadOnlySpan<char> topic)
    {
        if (_topicsBySpan.TryGetValue(topic, out string? known)) return known;
        string name = topic.ToString();
        _topics.Add(name);
        return name;
    }

    private sealed class GroupOffsets
    {
        public GroupOffsets(string groupId)
        {
            GroupId = groupId;
            BySpan = ByTopic.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public string GroupId { get; }

        public Dictionary<string, Dictionary<int, CommittedOffset>> ByTopic { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Dictionary<int, CommittedOffset>>.AlternateLookup<ReadOnlySpan<char>> BySpan { get; }
    }
}
