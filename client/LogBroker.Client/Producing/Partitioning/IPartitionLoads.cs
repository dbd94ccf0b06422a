namespace LogBroker.Client.Producing.Partitioning;

/// <summary>What the choice of a partition looks at.</summary>
internal interface IPartitionLoads
{
    /// <summary>How many partitions the topic has.</summary>
    int Count { get; }

    /// <summary>Batches of a partition that wait to be sent.</summary>
    int QueuedBatches(int partition);

    /// <summary>Whether a partition has a leader now.</summary>
    bool HasLeader(int partition);
}
