namespace LogBroker.Client.Producing.Partitioning;

/// <summary>Which partition of one topic records without a key go to now: one until a batch's worth of bytes has gone there, then
/// another, by chance, with more chance for shorter queues (KIP-794).</summary>
/// <remarks>Owned by a topic's queues. Any thread reads <see cref="Current"/>; the switch is made by one of them under a lock, once for
/// each batch's worth.</remarks>
internal sealed class StickyPartition(int batchSizeBytes, bool isAdaptive, Random random)
{
    private readonly Lock _switching = new();
    private volatile int _current = -1;
    private long _bytesLeft;
    private int[] _shares = [];

    /// <summary>The partition for the next record.</summary>
    public int Current(IPartitionLoads loads)
    {
        int current = _current;
        return current >= 0 && current < loads.Count ? current : Switch(current, loads);
    }

    /// <summary>Counts bytes that went to <paramref name="partition"/>.</summary>
    public void Count(int partition, int bytes, IPartitionLoads loads)
    {
        if (partition != _current) return;
        if (Interlocked.Add(ref _bytesLeft, -bytes) <= 0) Switch(partition, loads);
    }

    private int Switch(int from, IPartitionLoads loads)
    {
        lock (_switching)
        {
            if (_current != from) return _current;
            Interlocked.Exchange(ref _bytesLeft, batchSizeBytes);
            int next = Choose(loads);
            _current = next;
            return next;
        }
    }

    /// <summary>Each partition with a leader gets a share that is the greater the shorter its queue.</summary>
    private int Choose(IPartitionLoads loads)
    {
        int count = loads.Count;
        if (count <= 1) return 0;
        if (_shares.Length < count) _shares = new int[count];
        int longest = 0;
        for (int partition = 0; partition < count; partition++)
            longest = Math.Max(longest, _shares[partition] = loads.QueuedBatches(partition));

        long total = 0;
        for (int partition = 0; partition < count; partition++)
        {
            int share = isAdaptive ? longest + 1 - _shares[partition] : 1;
            if (!loads.HasLeader(partition)) share = 0;
            _shares[partition] = share;
            total += share;
        }

        if (total == 0) return random.Next(count);
        long drawn = random.NextInt64(total);
        for (int partition = 0; partition < count; partition++)
        {
            drawn -= _shares[partition];
            if (drawn < 0) return partition;
        }

        return count - 1;
    }
}
