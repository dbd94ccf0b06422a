using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Groups;

/// <summary>How far a group is behind in a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Committed">The offset the group goes on at; null when it has committed none.</param>
/// <param name="Start">The offset of its first record; null when the leader could not be asked.</param>
/// <param name="End">The offset behind the last record; null when the leader could not be asked.</param>
/// <param name="Owner">The member that reads it; null when none does, or several may.</param>
internal sealed record PartitionLag(TopicPartition Partition, long? Committed, long? Start, long? End, GroupMemberDescription? Owner)
{
    /// <summary>How many records it has not read; null when that cannot be told, for it has committed nothing and there is something to read:
    /// it may begin anywhere.</summary>
    public long? Records => End is not { } end ? null
        : Left is not null ? Left
        : Committed is { } committed ? Math.Max(0, end - committed)
        : Start == end ? 0 : null;

    /// <summary>The same as the broker tells it, of groups that read out of order; null of others.</summary>
    public long? Left { get; init; }

    /// <summary>How old the oldest record is that it has not read; zero when it has read all, null when that is not known. It does not grow
    /// while nothing is written.</summary>
    public TimeSpan? Age { get; init; }
}
