namespace LogBroker.Client;

/// <summary>How members of a consumer group agree on who reads what (<c>group.protocol</c>).</summary>
public enum GroupProtocol
{
    /// <summary><see cref="Consumer"/> when the broker offers it and takes the group, else <see cref="Classic"/>; always
    /// <see cref="Classic"/> when <see cref="ConsumerOptions.Assignors"/> are named, which only it has.</summary>
    Auto,

    /// <summary>JoinGroup and SyncGroup: a member is elected to hand out the partitions.</summary>
    Classic,

    /// <summary>KIP-848: the broker hands out the partitions, one by one, without stopping anybody.</summary>
    Consumer,
}

/// <summary>Who gets which partitions in a classic group (<c>partition.assignment.strategy</c>).</summary>
public enum PartitionAssignor
{
    /// <summary>Runs of neighbouring partitions, the same of each topic. Members stop while the group rebalances.</summary>
    Range,

    /// <summary>All partitions in turn. Members stop while the group rebalances.</summary>
    RoundRobin,

    /// <summary>Balanced with as few changes as possible. Members stop while the group rebalances.</summary>
    Sticky,

    /// <summary>Balanced with as few changes as possible, and what need not move keeps flowing (KIP-429).</summary>
    CooperativeSticky,
}
