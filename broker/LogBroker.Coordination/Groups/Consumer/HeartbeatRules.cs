using System.Collections.Immutable;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>What a heartbeat has to be like whatever its group is.</summary>
internal static class HeartbeatRules
{
    private const short ClientMakesMemberIdSince = 1;

    public static GroupError? Check(
        ConsumerGroupHeartbeatRequest request, short version, ImmutableArray<string> assignors)
    {
        bool needsMemberId = version >= ClientMakesMemberIdSince || request.MemberEpoch is > 0 or MemberEpochs.Left;
        string? problem = request switch
        {
            _ when needsMemberId && IsBlank(request.MemberId) => "MemberId can't be empty.",
            _ when IsBlank(request.GroupId) => "GroupId can't be empty.",
            _ when request.InstanceId is { } instanceId && IsBlank(instanceId) => "InstanceId can't be empty.",
            _ when request.RackId is { } rackId && IsBlank(rackId) => "RackId can't be empty.",
            { MemberEpoch: MemberEpochs.Joining } => CheckJoin(request),
            { MemberEpoch: MemberEpochs.LeftForNow, InstanceId: null } => "InstanceId can't be null.",
            { MemberEpoch: < MemberEpochs.LeftForNow } => "MemberEpoch is invalid.",
            _ => null,
        };
        if (problem is not null) return new GroupError(ErrorCode.InvalidRequest, problem);
        return request.ServerAssignor is null || assignors.Contains(request.ServerAssignor)
            ? null
            : new GroupError(
                ErrorCode.UnsupportedAssignor,
                $"ServerAssignor {request.ServerAssignor} is not supported. " +
                $"Supported assignors: {string.Join(", ", assignors)}.");
    }

    private static string? CheckJoin(ConsumerGroupHeartbeatRequest request) => request switch
    {
        { RebalanceTimeoutMs: -1 } => "RebalanceTimeoutMs must be provided in first request.",
        { TopicPartitions: not { IsEmpty: true } } => "TopicPartitions must be empty when (re-)joining.",
        { SubscribedTopicNames: null, SubscribedTopicRegex: null } =>
            "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.",
        _ => null,
    };

    private static bool IsBlank(string text) => text.AsSpan().Trim().IsEmpty;
}
