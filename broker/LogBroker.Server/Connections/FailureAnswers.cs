using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>The answer to a request that failed as a whole, in the form of its API: one error for all that it names.</summary>
internal static partial class FailureAnswers
{
    /// <returns>Null where the API has no place for an error that concerns all, or the client wants no answer.</returns>
    public static IResponse? Of(IRequest request, ErrorCode error) => request switch
    {
        ProduceRequest produce => Of(produce, error),
        FetchRequest fetch => Of(fetch, error),
        ListOffsetsRequest offsets => Of(offsets, error),
        MetadataRequest metadata => Of(metadata, error),
        CreateTopicsRequest create => new CreateTopicsResponse
        {
            Topics = [.. create.Topics.Select(t => new CreateTopicsResponse.CreatableTopicResult { Name = t.Name, ErrorCode = error })],
        },
        DeleteTopicsRequest delete => Of(delete, error),
        DeleteRecordsRequest delete => Of(delete, error),
        InitProducerIdRequest => new InitProducerIdResponse { ErrorCode = error },
        OffsetForLeaderEpochRequest epochs => Of(epochs, error),
        DescribeConfigsRequest describe => Of(describe, error),
        AlterConfigsRequest alter => Of(alter, error),
        IncrementalAlterConfigsRequest alter => Of(alter, error),
        DescribeLogDirsRequest => new DescribeLogDirsResponse { ErrorCode = error },
        CreatePartitionsRequest create => new CreatePartitionsResponse
        {
            Results =
                [.. create.Topics.Select(t => new CreatePartitionsResponse.CreatePartitionsTopicResult { Name = t.Name, ErrorCode = error })],
        },
        ListConfigResourcesRequest => new ListConfigResourcesResponse { ErrorCode = error },
        ListPartitionReassignmentsRequest => new ListPartitionReassignmentsResponse { ErrorCode = error },
        DescribeProducersRequest describe => Of(describe, error),
        DescribeClusterRequest => new DescribeClusterResponse { ErrorCode = error },
        DescribeTopicPartitionsRequest describe => new DescribeTopicPartitionsResponse
        {
            Topics =
            [
                .. describe.Topics.Select(t => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
                {
                    Name = t.Name,
                    ErrorCode = error,
                }),
            ],
        },
        _ => OfGroups(request, error),
    };

    private static ProduceResponse? Of(ProduceRequest request, ErrorCode error) => request.Acks == 0 ? null : new()
    {
        Responses =
        [
            .. request.TopicData.Select(topic => new ProduceResponse.TopicProduceResponse
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                PartitionResponses =
                [
                    .. topic.PartitionData.Select(partition => new ProduceResponse.PartitionProduceResponse
                    {
                        Index = partition.Index,
                        ErrorCode = error,
                        BaseOffset = -1,
                        LogStartOffset = -1,
                    }),
                ],
            }),
        ],
    };

    /// <summary>Versions without an error of their own carry it in each partition they name.</summary>
    private static FetchResponse Of(FetchRequest request, ErrorCode error) => new()
    {
        ErrorCode = error,
        Responses =
        [
            .. request.Topics.Select(topic => new FetchResponse.FetchableTopicResponse
            {
                Topic = topic.Topic,
                TopicId = topic.TopicId,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new FetchResponse.PartitionData
                    {
                        PartitionIndex = partition.Partition,
                        ErrorCode = error,
                        HighWatermark = -1,
                    }),
                ],
            }),
        ],
    };

    private static ListOffsetsResponse Of(ListOffsetsRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new ListOffsetsResponse.ListOffsetsPartitionResponse
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = error,
                    }),
                ],
            }),
        ],
    };

    /// <summary>An answer about all topics has no place for the error before version 13.</summary>
    private static MetadataResponse Of(MetadataRequest request, ErrorCode error) => new()
    {
        ErrorCode = error,
        Topics =
        [
            .. (request.Topics ?? []).Select(topic => new MetadataResponse.MetadataResponseTopic
            {
                Name = topic.Name ?? "",
                TopicId = topic.TopicId,
                ErrorCode = error,
            }),
        ],
    };

    private static DeleteTopicsResponse Of(DeleteTopicsRequest request, ErrorCode error) => new()
    {
        Responses =
        [
            .. request.TopicNames.Select(name => new DeleteTopicsResponse.DeletableTopicResult { Name = name, ErrorCode = error }),
            .. request.Topics.Select(topic => new DeleteTopicsResponse.DeletableTopicResult
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                ErrorCode = error,
            }),
        ],
    };

    private static DeleteRecordsResponse Of(DeleteRecordsRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new DeleteRecordsResponse.DeleteRecordsPartitionResult
                    {
                        PartitionIndex = partition.PartitionIndex,
                        LowWatermark = -1,
                        ErrorCode = error,
                    }),
                ],
            }),
        ],
    };

    private static OffsetForLeaderEpochResponse Of(OffsetForLeaderEpochRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
            {
                Topic = topic.Topic,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new OffsetForLeaderEpochResponse.EpochEndOffset
                    {
                        Partition = partition.Partition,
                        ErrorCode = error,
                    }),
                ],
            }),
        ],
    };

    private static DescribeProducersResponse Of(DescribeProducersRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new DescribeProducersResponse.TopicResponse
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.PartitionIndexes.Select(index => new DescribeProducersResponse.PartitionResponse
                    {
                        PartitionIndex = index,
                        ErrorCode = error,
                    }),
                ],
            }),
        ],
    };

    private static DescribeConfigsResponse Of(DescribeConfigsRequest request, ErrorCode error) => new()
    {
        Results =
        [
            .. request.Resources.Select(resource => new DescribeConfigsResponse.DescribeConfigsResult
            {
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
                ErrorCode = error,
            }),
        ],
    };

    private static AlterConfigsResponse Of(AlterConfigsRequest request, ErrorCode error) => new()
    {
        Responses =
        [
            .. request.Resources.Select(resource => new AlterConfigsResponse.AlterConfigsResourceResponse
            {
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
                ErrorCode = error,
            }),
        ],
    };

    private static IncrementalAlterConfigsResponse Of(IncrementalAlterConfigsRequest request, ErrorCode error) => new()
    {
        Responses =
        [
            .. request.Resources.Select(resource => new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
                ErrorCode = error,
            }),
        ],
    };
}
