using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>A group's saved position in a partition.</summary>
/// <param name="Offset">The offset of the next record to read.</param>
/// <param name="LeaderEpoch">The generation of the partition's leader that wrote the record before it, by which a log that was cut
/// off is noticed (KIP-320); null when it is not known.</param>
/// <param name="Metadata">A note kept with it.</param>
public readonly record struct OffsetAndMetadata(Offset Offset, LeaderEpoch? LeaderEpoch = null, string? Metadata = null);
