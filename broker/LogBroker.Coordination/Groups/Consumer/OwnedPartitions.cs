using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Partitions that a member owns, each with the epoch it was given at. Immutable; two with the same content are
/// equal.</summary>
internal sealed class OwnedPartitions : IEquatable<OwnedPartitions>
{
    public static readonly OwnedPartitions None = new(ImmutableDictionary<TopicIdPartition, int>.Empty);

    private readonly ImmutableDictionary<TopicIdPartition, int> _epochs;

    private OwnedPartitions(ImmutableDictionary<TopicIdPartition, int> epochs) => _epochs = epochs;

    public int Count => _epochs.Count;

    public bool IsEmpty => _epochs.IsEmpty;

    public IEnumerable<TopicIdPartition> Partitions => _epochs.Keys;

    public static OwnedPartitions Of(IEnumerable<KeyValuePair<TopicIdPartition, int>> epochs)
    {
        var owned = epochs.ToImmutableDictionary();
        return owned.IsEmpty ? None : new OwnedPartitions(owned);
    }

    public static OwnedPartitions Of(ImmutableArray<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> topics) =>
        Of(topics.SelectMany(topic => topic.Partitions.Select((partition, place) => KeyValuePair.Create(
            new TopicIdPartition(topic.TopicId, partition),
            // Written by a Kafka that did not keep epochs by partition yet: 0 fences nobody.
            topic.AssignmentEpochs is { IsDefaultOrEmpty: false } epochs ? epochs[place] : 0))));

    public bool Contains(TopicIdPartition partition) => _epochs.ContainsKey(partition);

    /// <summary>The epoch at which the partition was given to the member; null = it does not own it.</summary>
    public int? EpochOf(TopicIdPartition partition) => _epochs.TryGetValue(partition, out int epoch) ? epoch : null;

    public OwnedPartitions Where(Func<TopicIdPartition, bool> condition)
    {
        var others = _epochs.Keys.Where(partition => !condition(partition)).ToArray();
        if (others.Length == 0) return this;
        return others.Length == _epochs.Count ? None : new OwnedPartitions(_epochs.RemoveRange(others));
    }

    public OwnedPartitions With(IEnumerable<TopicIdPartition> partitions, int epoch) =>
        new(_epochs.SetItems(partitions.Select(partition => KeyValuePair.Create(partition, epoch))));

    public OwnedPartitions With(OwnedPartitions others) => others.IsEmpty ? this : new(_epochs.SetItems(others._epochs));

    /// <summary>The same partitions, as if they had been given at epoch 0.</summary>
    public OwnedPartitions AtEpochZero() => Of(_epochs.Keys.Select(partition => KeyValuePair.Create(partition, 0)));

    public Assignment ToAssignment() => Assignment.Of(_epochs.Keys);

    public ImmutableArray<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> ToRecord() =>
    [
        .. ToAssignment().Topics.Select(topic => new ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions
        {
            TopicId = topic.TopicId,
            Partitions = topic.Partitions,
            AssignmentEpochs =
                [.. topic.Partitions.Select(partition => _epochs[new TopicIdPartition(topic.TopicId, partition)])],
        }),
    ];

    public bool Equals(OwnedPartitions? other) =>
        other is not null &&
        (ReferenceEquals(_epochs, other._epochs) ||
         (Count == other.Count && _epochs.All(one => other.EpochOf(one.Key) == one.Value)));

    public override bool Equals(object? obj) => Equals(obj as OwnedPartitions);

    public override int GetHashCode() =>
        _epochs.Aggregate(0, (hash, one) => hash ^ HashCode.Combine(one.Key, one.Value));
}
