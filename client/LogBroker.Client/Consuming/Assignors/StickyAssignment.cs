using LogBroker.Protocol;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>One computation of an assignment that is balanced first and changes as little as it can second.</summary>
/// <remarks>
/// Balanced: no partition can go from one member to another that has at least two fewer and is subscribed to its topic. Each
/// partition starts with the member that had it last and still may; those nobody has go to the member with the fewest; then
/// partitions move from the fullest to the emptiest as long as that narrows the gap. Moving always lowers the sum of the squared
/// counts, so it ends.
/// </remarks>
internal sealed class StickyAssignment
{
    private readonly List<GroupMember> _members;
    private readonly Dictionary<string, List<int>> _subscribers = [];
    private readonly Dictionary<TopicPartition, int> _owner = [];
    private readonly List<HashSet<TopicPartition>> _assigned;

    private StickyAssignment(IReadOnlyList<GroupMember> members)
    {
        _members = [.. members];
        _members.Sort(GroupMember.Compare);
        _assigned = [.. _members.Select(_ => new HashSet<TopicPartition>())];
    }

    public static Dictionary<string, List<TopicPartition>> Compute(
        IReadOnlyList<GroupMember> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var computation = new StickyAssignment(members);
        computation.FindSubscribers(partitionCounts);
        computation.KeepOwned(partitionCounts);
        computation.GiveUnowned(partitionCounts);
        computation.Balance();
        return computation.Result();
    }

    private void FindSubscribers(IReadOnlyDictionary<string, int> partitionCounts)
    {
        for (int index = 0; index < _members.Count; index++)
        {
            foreach (string topic in _members[index].Topics.Distinct().Where(partitionCounts.ContainsKey))
            {
                if (!_subscribers.TryGetValue(topic, out var subscribers)) _subscribers[topic] = subscribers = [];
                subscribers.Add(index);
            }
        }
    }

    /// <summary>Leaves partitions where they were. Of two who claim the same, the later generation had it; in the same one nobody
    /// can have it for certain.</summary>
    private void KeepOwned(IReadOnlyDictionary<string, int> partitionCounts)
    {
        var claims = new Dictionary<TopicPartition, (int Member, int Generation, bool IsDisputed)>();
        for (int index = 0; index < _members.Count; index++)
        {
            int generation = _members[index].Generation;
            foreach (var partition in _members[index].Owned.Distinct())
            {
                if (partition.Partition >= partitionCounts.GetValueOrDefault(partition.Topic)) continue;
                if (!_members[index].Topics.Contains(partition.Topic)) continue;
                if (!claims.TryGetValue(partition, out var other) || generation > other.Generation)
                    claims[partition] = (index, generation, false);
                else if (generation == other.Generation) claims[partition] = other with { IsDisputed = true };
            }
        }
        foreach (var (partition, claim) in claims)
        {
            if (!claim.IsDisputed) Give(partition, claim.Member);
        }
    }

    private void GiveUnowned(IReadOnlyDictionary<string, int> partitionCounts)
    {
        foreach (var (topic, count) in partitionCounts.OrderBy(pair => Subscribers(pair.Key))
                     .ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!_subscribers.TryGetValue(topic, out var subscribers)) continue;
            for (int number = 0; number < count; number++)
            {
                var partition = new TopicPartition(topic, number);
                if (!_owner.ContainsKey(partition)) Give(partition, subscribers.MinBy(member => _assigned[member].Count));
            }
        }
    }

    /// <summary>Moves along shortest chains: a partition of the fullest may only go to a member subscribed to it, which may be full
    /// itself and pass on another.</summary>
    private void Balance()
    {
        while (FindChain() is { } chain)
        {
            foreach (var (partition, member) in chain) Give(partition, member);
        }
    }

    /// <summary>Looks for the shortest chain of moves from a member to one that has at least two fewer, starting at the fullest.
    /// </summary>
    private List<(TopicPartition Partition, int Member)>? FindChain()
    {
        int fewest = _assigned.Count == 0 ? 0 : _assigned.Min(partitions => partitions.Count);
        foreach (int start in Enumerable.Range(0, _members.Count).OrderByDescending(member => _assigned[member].Count))
        {
            if (_assigned[start].Count < fewest + 2) break;
            var reached = new Dictionary<int, (TopicPartition Partition, int From)> { [start] = default };
            var queue = new Queue<int>([start]);
            while (queue.TryDequeue(out int member))
            {
                foreach (var (topic, partition) in OnePerTopic(member))
                {
                    foreach (int other in _subscribers[topic])
                    {
                        if (!reached.TryAdd(other, (partition, member))) continue;
                        if (_assigned[other].Count + 2 <= _assigned[start].Count) return Chain(reached, start, other);
                        queue.Enqueue(other);
                    }
                }
            }
        }
        return null;
    }

    private static List<(TopicPartition, int)> Chain(
        Dictionary<int, (TopicPartition Partition, int From)> reached, int start, int end)
    {
        var chain = new List<(TopicPartition, int)>();
        for (int member = end; member != start; member = reached[member].From) chain.Add((reached[member].Partition, member));
        return chain;
    }

    /// <summary>A partition of each topic that a member has: which one it gives away does not matter for the balance, so one that
    /// it had not before goes first.</summary>
    private IEnumerable<(string Topic, TopicPartition Partition)> OnePerTopic(int member)
    {
        var owned = _members[member].Owned;
        return _assigned[member].GroupBy(partition => partition.Topic).Select(topic =>
            (topic.Key, topic.OrderBy(owned.Contains).ThenByDescending(partition => partition.Partition).First()));
    }

    private int Subscribers(string topic) => _subscribers.TryGetValue(topic, out var members) ? members.Count : 0;

    private void Give(TopicPartition partition, int member)
    {
        if (_owner.TryGetValue(partition, out int before)) _assigned[before].Remove(partition);
        _owner[partition] = member;
        _assigned[member].Add(partition);
    }

    private Dictionary<string, List<TopicPartition>> Result()
    {
        var result = new Dictionary<string, List<TopicPartition>>();
        for (int index = 0; index < _members.Count; index++)
        {
            result[_members[index].MemberId] =
            [
                .. _assigned[index].OrderBy(partition => partition.Topic, StringComparer.Ordinal)
                    .ThenBy(partition => partition.Partition),
            ];
        }
        return result;
    }
}
