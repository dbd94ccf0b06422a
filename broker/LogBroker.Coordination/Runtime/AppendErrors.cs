using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Runtime;

/// <summary>What a client of a coordinator is told when the coordinator's own log refuses.</summary>
internal static class AppendErrors
{
    public static ErrorCode ToCoordinatorError(ErrorCode error) => error switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend
            or ErrorCode.RequestTimedOut => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError => ErrorCode.NotCoordinator,
        _ => error,
    };
}
