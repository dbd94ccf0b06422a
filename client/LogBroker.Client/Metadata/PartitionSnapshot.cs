using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Metadata;

/// <summary>A partition as the cluster told it last.</summary>
/// <param name="Index">Its number in the topic.</param>
/// <param name="LeaderId">The broker that leads it; -1 when none does.</param>
/// <param name="LeaderEpoch">The leader's generation; None when the broker did not tell.</param>
/// <param name="Error">None, or why it cannot be used.</param>
internal sealed record PartitionSnapshot(int Index, int LeaderId, LeaderEpoch LeaderEpoch, ErrorCode Error)
{
    public bool HasLeader => LeaderId >= 0;
}
