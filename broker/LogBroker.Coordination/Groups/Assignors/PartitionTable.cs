using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace LogBroker.Coordination.Groups.Assignors;

/// <summary>All partitions of all subscribed topics in one row, with the owner of each: what assignors compute on.</summary>
/// <remarks>Members and topics are numbered in a fixed order (static members first, by instance id, then by member id; topics
/// by id), so that the outcome depends on nothing else. One assignor's, for one computation.</remarks>
internal sealed class PartitionTable
{
    public const int Nobody = -1;

    private readonly int[] _owners;
    private readonly int[] _first;

    public PartitionTable(GroupSpec group)
    {
        Members = [.. group.Members.Order(Comparer<MemberSpec>.Create(Compare))];
        TopicIds = [.. group.Members.SelectMany(member => member.Subscribed).Distinct().Order()];
        Topics = [.. TopicIds.Select(id => group.Topics[id])];
        _first = new int[TopicIds.Length + 1];
        for (int topic = 0; topic < Topics.Length; topic++) _first[topic + 1] = _first[topic] + Topics[topic].Partitions;
        _owners = new int[_first[^1]];
        Array.Fill(_owners, Nobody);
    }

    public MemberSpec[] Members { get; }

    public Guid[] TopicIds { get; }

    public TopicSpec[] Topics { get; }

    /// <summary>By place in the row: the owner's number or <see cref="Nobody"/>.</summary>
    public Span<int> Owners => _owners;

    /// <summary>The part of the row that belongs to a topic.</summary>
    public Span<int> OwnersOf(int topic) => _owners.AsSpan(_first[topic], Topics[topic].Partitions);

    /// <summary>Gives to each member what it has now, as far as it subscribes to it and it exists.</summary>
    public void KeepCurrent()
    {
        var topicNumbers = TopicIds.Select((id, number) => (id, number)).ToDictionary(pair => pair.id, pair => pair.number);
        for (int member = 0; member < Members.Length; member++)
        {
            foreach (var assigned in Members[member].Current.Topics)
            {
                if (!Members[member].Subscribed.Contains(assigned.TopicId)) continue;
                var owners = OwnersOf(topicNumbers[assigned.TopicId]);
                foreach (int partition in assigned.Partitions)
                {
                    if (partition < owners.Length && owners[partition] == Nobody) owners[partition] = member;
                }
            }
        }
    }

    public ImmutableDictionary<string, Assignment> ToAssignments()
    {
        var topics = new ImmutableArray<AssignedTopic>.Builder[Members.Length];
        for (int member = 0; member < Members.Length; member++) topics[member] = ImmutableArray.CreateBuilder<AssignedTopic>();
        var partitions = new List<int>[Members.Length];
        for (int topic = 0; topic < Topics.Length; topic++)
        {
            var owners = OwnersOf(topic);
            var involved = new List<int>();
            for (int partition = 0; partition < owners.Length; partition++)
            {
                if (owners[partition] == Nobody) continue;
                var own = partitions[owners[partition]] ??= [];
                if (own.Count == 0) involved.Add(owners[partition]);
                own.Add(partition);
            }

            foreach (int member in involved)
            {
                var own = ImmutableCollectionsMarshal.AsImmutableArray(partitions[member].ToArray());
                topics[member].Add(new AssignedTopic(TopicIds[topic], own));
                partitions[member].Clear();
            }
        }

        var assignments = ImmutableDictionary.CreateBuilder<string, Assignment>(StringComparer.Ordinal);
        for (int member = 0; member < Members.Length; member++)
        {
            var assignment = Assignment.OfSorted(topics[member].ToImmutable());
            var current = Members[member].Current;
            assignments.Add(Members[member].MemberId, assignment.Equals(current) ? current : assignment);
        }

        return assignments.ToImmutable();
    }

    private static int Compare(MemberSpec left, MemberSpec right) => (left.InstanceId, right.InstanceId) switch
    {
        (null, null) => string.CompareOrdinal(left.MemberId, right.MemberId),
        (null, _) => 1,
        (_, null) => -1,
        _ => string.CompareOrdinal(left.InstanceId, right.InstanceId),
    };
}
