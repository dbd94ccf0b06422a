namespace LogBroker.Protocol.Errors;

/// <summary>What a client may do about an <see cref="ErrorCode"/>, as Apache Kafka's own clients classify it.</summary>
public static class ErrorCodes
{
    /// <summary>Whether the same request may succeed when it is sent again.</summary>
    public static bool IsRetriable(this ErrorCode code) => code is
        ErrorCode.CorruptMessage or ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable or
            ErrorCode.NotLeaderOrFollower or ErrorCode.RequestTimedOut or ErrorCode.ReplicaNotAvailable or
            ErrorCode.NetworkException or ErrorCode.CoordinatorLoadInProgress or
            ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator or ErrorCode.NotEnoughReplicas or
            ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.NotController or
            ErrorCode.ConcurrentTransactions or ErrorCode.KafkaStorageError or ErrorCode.FetchSessionIdNotFound or
            ErrorCode.InvalidFetchSessionEpoch or ErrorCode.ListenerNotFound or ErrorCode.FencedLeaderEpoch or
            ErrorCode.UnknownLeaderEpoch or ErrorCode.OffsetNotAvailable or
            ErrorCode.PreferredLeaderNotAvailable or ErrorCode.EligibleLeadersNotAvailable or
            ErrorCode.ElectionNotNeeded or ErrorCode.UnstableOffsetCommit or ErrorCode.ThrottlingQuotaExceeded or
            ErrorCode.UnknownTopicId or ErrorCode.InconsistentTopicId or ErrorCode.FetchSessionTopicIdError or
            ErrorCode.ShareSessionNotFound or ErrorCode.InvalidShareSessionEpoch or
            ErrorCode.ShareSessionLimitReached;

    /// <summary>Whether the client's picture of the cluster is stale and must be refreshed before a retry.</summary>
    public static bool NeedsMetadataRefresh(this ErrorCode code) => code is
        ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderOrFollower or
            ErrorCode.ReplicaNotAvailable or ErrorCode.NetworkException or ErrorCode.KafkaStorageError or
            ErrorCode.ListenerNotFound or ErrorCode.FencedLeaderEpoch or ErrorCode.PreferredLeaderNotAvailable or
            ErrorCode.EligibleLeadersNotAvailable or ErrorCode.ElectionNotNeeded or ErrorCode.UnknownTopicId or
            ErrorCode.InconsistentTopicId;
}
