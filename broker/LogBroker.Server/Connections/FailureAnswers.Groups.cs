using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <content>The APIs of groups and coordinators.</content>
internal static partial class FailureAnswers
{
    private static IResponse? OfGroups(IRequest request, ErrorCode error) => request switch
    {
        FindCoordinatorRequest find => new FindCoordinatorResponse
        {
            ErrorCode = find.CoordinatorKeys.IsEmpty ? error : ErrorCode.None,
            NodeId = find.CoordinatorKeys.IsEmpty ? -1 : 0,
            Port = find.CoordinatorKeys.IsEmpty ? -1 : 0,
            Coordinators =
                [.. find.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator { Key = key, NodeId = -1, Port = -1, ErrorCode = error })],
        },
        JoinGroupRequest join => new JoinGroupResponse { ErrorCode = error, MemberId = join.MemberId },
        SyncGroupRequest => new SyncGroupResponse { ErrorCode = error },
        HeartbeatRequest => new HeartbeatResponse { ErrorCode = error },
        LeaveGroupRequest => new LeaveGroupResponse { ErrorCode = error },
        ListGroupsRequest => new ListGroupsResponse { ErrorCode = error },
        OffsetDeleteRequest => new OffsetDeleteResponse { ErrorCode = error },
        ConsumerGroupHeartbeatRequest => new ConsumerGroupHeartbeatResponse { ErrorCode = error },
        DescribeGroupsRequest describe => new DescribeGroupsResponse
        {
            Groups = [.. describe.Groups.Select(id => new DescribeGroupsResponse.DescribedGroup { GroupId = id, ErrorCode = error })],
        },
        ConsumerGroupDescribeRequest describe => new ConsumerGroupDescribeResponse
        {
            Groups = [.. describe.GroupIds.Select(id => new ConsumerGroupDescribeResponse.DescribedGroup { GroupId = id, ErrorCode = error })],
        },
        DeleteGroupsRequest delete => new DeleteGroupsResponse
        {
            Results = [.. delete.GroupsNames.Select(id => new DeleteGroupsResponse.DeletableGroupResult { GroupId = id, ErrorCode = error })],
        },
        OffsetCommitRequest commit => Of(commit, error),
        OffsetFetchRequest fetch => Of(fetch, error),
        _ => null,
    };

    private static OffsetCommitResponse Of(OffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new OffsetCommitResponse.OffsetCommitResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = error,
                    }),
                ],
            }),
        ],
    };

    /// <summary>Version 1 has the error in its partitions only, those from 8 on in each group.</summary>
    private static OffsetFetchResponse Of(OffsetFetchRequest request, ErrorCode error) => new()
    {
        ErrorCode = request.Groups.IsEmpty ? error : ErrorCode.None,
        Topics =
        [
            .. (request.Topics ?? []).Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.PartitionIndexes.Select(index => new OffsetFetchResponse.OffsetFetchResponsePartition
                    {
                        PartitionIndex = index,
                        CommittedOffset = -1,
                        Metadata = "",
                        ErrorCode = error,
                    }),
                ],
            }),
        ],
        Groups = [.. request.Groups.Select(group => new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = group.GroupId, ErrorCode = error })],
    };
}
