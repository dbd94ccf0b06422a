using LogBroker.Protocol;

namespace LogBroker.Client.Consuming.Partitions;

/// <summary>The partitions a consumer has now.</summary>
/// <remarks>The actor changes it, any thread reads: each change publishes a new dictionary.</remarks>
internal sealed class PartitionTable
{
    private Dictionary<TopicPartition, AssignedPartition> _current = [];

    public IReadOnlyDictionary<TopicPartition, AssignedPartition> Current => Volatile.Read(ref _current);

    public IEnumerable<AssignedPartition> All => Volatile.Read(ref _current).Values;

    public int Count => Volatile.Read(ref _current).Count;

    public AssignedPartition? Find(TopicPartition partition) => Volatile.Read(ref _current).GetValueOrDefault(partition);

    /// <exception cref="InvalidOperationException">It is not assigned.</exception>
    public AssignedPartition Get(TopicPartition partition) => Find(partition)
        ?? throw new InvalidOperationException($"{partition} is not assigned to this consumer at the moment.");

    public void Add(IEnumerable<AssignedPartition> partitions)
    {
        var next = new Dictionary<TopicPartition, AssignedPartition>(_current);
        foreach (var partition in partitions) next[partition.TopicPartition] = partition;
        Volatile.Write(ref _current, next);
    }

    public void Remove(IEnumerable<AssignedPartition> partitions)
    {
        var next = new Dictionary<TopicPartition, AssignedPartition>(_current);
        foreach (var partition in partitions) next.Remove(partition.TopicPartition);
        Volatile.Write(ref _current, next);
    }
}
