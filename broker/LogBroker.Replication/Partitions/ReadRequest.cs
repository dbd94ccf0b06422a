using LogBroker.Protocol;

namespace LogBroker.Replication.Partitions;

/// <summary>What a consumer wants of one partition.</summary>
/// <param name="From">The first offset wanted.</param>
/// <param name="MaxBytes">At most so many bytes of whole batches.</param>
/// <param name="AtLeastOneBatch">Whether the first batch comes even when it is larger than that (KIP-74).</param>
/// <param name="Isolation">How far the consumer may see.</param>
/// <param name="CurrentEpoch">The leader epoch it believes in, <see cref="LeaderEpoch.None"/> unchecked.</param>
/// <param name="LastFetchedEpoch">The epoch of the record before <paramref name="From"/>, None unchecked.</param>
public readonly record struct ReadRequest(
    Offset From,
    int MaxBytes,
    bool AtLeastOneBatch,
    IsolationLevel Isolation,
    LeaderEpoch CurrentEpoch,
    LeaderEpoch LastFetchedEpoch);
