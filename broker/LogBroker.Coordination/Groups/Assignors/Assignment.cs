using System.Collections.Immutable;

namespace LogBroker.Coordination.Groups.Assignors;

/// <summary>A partition of a topic by the topic's id: a topic created anew under its old name is another one.</summary>
public readonly record struct TopicIdPartition(Guid TopicId, int Partition);

/// <summary>Partitions of one topic, ascending.</summary>
public readonly record struct AssignedTopic(Guid TopicId, ImmutableArray<int> Partitions);

/// <summary>The partitions meant for one member. Immutable; two with the same partitions are equal.</summary>
public sealed class Assignment : IEquatable<Assignment>
{
    public static readonly Assignment Empty = new([]);

    private Assignment(ImmutableArray<AssignedTopic> topics) => Topics = topics;

    /// <summary>Ascending by topic id; no topic without partitions.</summary>
    public ImmutableArray<AssignedTopic> Topics { get; }

    public bool IsEmpty => Topics.IsEmpty;

    /// <summary>How many partitions there are.</summary>
    public int Count => Topics.Sum(topic => topic.Partitions.Length);

    public IEnumerable<TopicIdPartition> Partitions =>
        Topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicIdPartition(topic.TopicId, partition)));

    public static Assignment Of(IEnumerable<TopicIdPartition> partitions)
    {
        var topics = ImmutableArray.CreateBuilder<AssignedTopic>();
        foreach (var topic in partitions.GroupBy(partition => partition.TopicId).OrderBy(topic => topic.Key))
            topics.Add(new AssignedTopic(topic.Key, [.. topic.Select(one => one.Partition).Distinct().Order()]));
        return OfSorted(topics.ToImmutable());
    }

    public bool Equals(Assignment? other) =>
        other is not null &&
        (ReferenceEquals(this, other) ||
         (Topics.Length == other.Topics.Length && Topics.Zip(other.Topics, SameTopic).All(same => same)));

    public override bool Equals(object? obj) => Equals(obj as Assignment);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var topic in Topics)
        {
            hash.Add(topic.TopicId);
            foreach (int partition in topic.Partitions) hash.Add(partition);
        }

        return hash.ToHashCode();
    }

    public override string ToString() =>
        string.Join(", ", Topics.Select(topic => $"{topic.TopicId}: [{string.Join(", ", topic.Partitions)}]"));

    /// <summary>What is already in the order of <see cref="Topics"/>.</summary>
    internal static Assignment OfSorted(ImmutableArray<AssignedTopic> topics) =>
        topics.IsEmpty ? Empty : new Assignment(topics);

    private static bool SameTopic(AssignedTopic left, AssignedTopic right) =>
        left.TopicId == right.TopicId && left.Partitions.AsSpan().SequenceEqual(right.Partitions.AsSpan());
}
