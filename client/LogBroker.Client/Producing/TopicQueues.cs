using LogBroker.Client.Producing.Batches;
using LogBroker.Client.Producing.Partitioning;
using LogBroker.Protocol;

namespace LogBroker.Client.Producing;

/// <summary>The queues of a topic's partitions, and the choice among them.</summary>
/// <remarks>Thread-safe. Partitions that a topic gets later are added. One made anew may have fewer: the queues of the others stay, for
/// what is in them, and get no more.</remarks>
internal sealed class TopicQueues : IPartitionLoads
{
    private readonly Func<TopicPartition, PartitionQueue> _newQueue;
    private readonly Func<TopicPartition, bool> _hasLeader;
    private readonly IPartitioner _partitioner;
    private readonly StickyPartition _sticky;
    private volatile PartitionQueue[] _queues = [];
    private volatile int _count;
    private volatile bool _isUsed;

    public TopicQueues(
        string name,
        IPartitioner partitioner,
        StickyPartition sticky,
        Func<TopicPartition, PartitionQueue> newQueue,
        Func<TopicPartition, bool> hasLeader)
    {
        Name = name;
        _partitioner = partitioner;
        _sticky = sticky;
        _newQueue = newQueue;
        _hasLeader = hasLeader;
    }

    public string Name { get; }

    public int Count => _count;

    public IReadOnlyList<PartitionQueue> Queues => _queues;

    public int QueuedBatches(int partition) => _queues[partition].QueuedBatches;

    public bool HasLeader(int partition) => _hasLeader(new TopicPartition(Name, partition));

    /// <summary>Takes in that the topic has so many partitions now; 0 when it is not known.</summary>
    public void Resize(int count)
    {
        if (count == 0) return;
        lock (_newQueue)
        {
            PartitionQueue[] queues = _queues;
            if (count > queues.Length)
            {
                var grown = new PartitionQueue[count];
                queues.CopyTo(grown, 0);
                for (int index = queues.Length; index < count; index++) grown[index] = _newQueue(new TopicPartition(Name, index));
                _queues = grown;
            }

            _count = count;
        }
    }

    /// <summary>Whether records came since this was asked last, or some are still here.</summary>
    public bool TakeIsUsed()
    {
        bool isUsed = _isUsed;
        _isUsed = false;
        return isUsed || _queues.Any(queue => !queue.IsIdle);
    }

    /// <summary>Chooses the partition of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="partition">The one it asks for, if it does.</param>
    /// <returns>Null when the topic has no such partition.</returns>
    public PartitionQueue? Choose(EncodedRecord record, int? partition)
    {
        if (!_isUsed) _isUsed = true;
        int count = _count;
        int index = partition ?? _partitioner.Choose(new PartitioningContext(Name, count, record.Key.Span, record.Key.IsNull));
        if (index == -1 && partition is null) index = _sticky.Current(this);
        return (uint)index < (uint)count ? _queues[index] : null;
    }

    /// <summary>Counts a record that was added to a queue, for the choice of the next.</summary>
    public void CountBytes(PartitionQueue queue, int bytes) => _sticky.Count(queue.TopicPartition.Partition, bytes, this);
}
