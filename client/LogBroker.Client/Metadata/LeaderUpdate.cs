using LogBroker.Protocol;

namespace LogBroker.Client.Metadata;

/// <summary>A leader that a broker told in its refusal of a produce or fetch (KIP-951).</summary>
internal readonly record struct LeaderUpdate(TopicPartition Partition, int LeaderId, LeaderEpoch LeaderEpoch);
