using LogBroker.Protocol;

namespace LogBroker.Server.Sessions;

/// <summary>What a consumer wants of one partition, as its last mention of it in a request said.</summary>
/// <param name="Key">The partition.</param>
/// <param name="FetchOffset">The first offset wanted.</param>
/// <param name="MaxBytes">At most so many bytes, one whole batch aside.</param>
/// <param name="CurrentLeaderEpoch">The epoch the consumer believes in; <see cref="LeaderEpoch.None"/> unchecked (KIP-320).</param>
/// <param name="LastFetchedEpoch">The epoch of the record before <paramref name="FetchOffset"/>; None unchecked (KIP-595).</param>
internal sealed record FetchTarget(
    FetchKey Key,
    Offset FetchOffset,
    int MaxBytes,
    LeaderEpoch CurrentLeaderEpoch,
    LeaderEpoch LastFetchedEpoch);
