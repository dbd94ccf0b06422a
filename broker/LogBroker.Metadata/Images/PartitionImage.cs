using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Metadata.Images;

/// <summary>Who keeps and who leads one partition.</summary>
/// <param name="Index">Its number in the topic.</param>
/// <param name="Leader">The broker that leads it; -1 = none.</param>
/// <param name="LeaderEpoch">The leadership's generation; never goes backwards.</param>
/// <param name="Replicas">The brokers that keep it, the preferred leader first.</param>
/// <param name="InSyncReplicas">Those of them that are caught up (ISR).</param>
public sealed record PartitionImage(
    int Index,
    int Leader,
    LeaderEpoch LeaderEpoch,
    ImmutableArray<int> Replicas,
    ImmutableArray<int> InSyncReplicas);
