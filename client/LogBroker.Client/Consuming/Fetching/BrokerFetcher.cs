using LogBroker.Client.Consuming.Partitions;
using LogBroker.Protocol;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>What a consumer has under way with one broker: at most one fetch, which waits there for records.</summary>
/// <remarks>Belongs to the actor.</remarks>
internal sealed class BrokerFetcher(int nodeId)
{
    public int NodeId { get; } = nodeId;

    public FetchSession Session { get; } = new();

    public bool IsBusy { get; set; }

    public int Failures { get; set; }

    /// <summary>Not asked before this moment, after failures.</summary>
    public long RetryAt { get; set; }

    /// <summary>What the next fetch is to bring.</summary>
    public List<AssignedPartition> Wanted { get; } = [];

    /// <summary>Whether a partition it leads is left out of the next fetch because enough of it waits to be read.</summary>
    public bool LeavesOut { get; set; }

    /// <summary>What the fetch under way asked for, each with its version and offset then.</summary>
    public Dictionary<TopicPartition, (AssignedPartition Partition, int Version, long Offset)> Asked { get; } = [];
}
