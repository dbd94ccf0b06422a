using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>One plain request of each API, to be cut and stretched.</summary>
internal static class SampleRequests
{
    private const string Topic = "metadata";

    /// <returns>What makes the request of a version; null for an API that has no sample.</returns>
    public static Func<short, IRequest>? For(ApiKey api, Peer? peer) => api switch
    {
        ApiKey.Produce => version => ProduceCases.Request(peer!, version, Topic, 0, new MemoryRecords(Batches.Good())),
        ApiKey.Fetch => version => FetchCases.Request(peer!, version, Topic),
        ApiKey.ListOffsets => _ => OffsetCases.Lists(Topic, 0, -1),
        ApiKey.Metadata => version => new MetadataRequest
        {
            Topics = [new MetadataRequest.MetadataRequestTopic { Name = Topic }],
        },
        ApiKey.CreateTopics => _ => new CreateTopicsRequest
        {
            ValidateOnly = true,
            Topics =
            [
                new CreateTopicsRequest.CreatableTopic { Name = "raw", NumPartitions = 1, ReplicationFactor = 1 },
            ],
        },
        ApiKey.DeleteTopics => version => version < 6
            ? new DeleteTopicsRequest { TopicNames = ["raw"], TimeoutMs = 1_000 }
            : new DeleteTopicsRequest
            {
                Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = "raw" }],
                TimeoutMs = 1_000,
            },
        ApiKey.CreatePartitions => _ => new CreatePartitionsRequest
        {
            ValidateOnly = true,
            TimeoutMs = 1_000,
            Topics = [new CreatePartitionsRequest.CreatePartitionsTopic { Name = Topic, Count = 5, Assignments = null }],
        },
        ApiKey.DeleteRecords => _ => new DeleteRecordsRequest
        {
            TimeoutMs = 1_000,
            Topics =
            [
                new DeleteRecordsRequest.DeleteRecordsTopic
                {
                    Name = "raw",
                    Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { Offset = 1 }],
                },
            ],
        },
        _ => ForAdministration(api),
    };

    private static Func<short, IRequest>? ForAdministration(ApiKey api) => api switch
    {
        ApiKey.DescribeConfigs => _ => new DescribeConfigsRequest
        {
            Resources =
            [
                new DescribeConfigsRequest.DescribeConfigsResource
                {
                    ResourceType = 2,
                    ResourceName = Topic,
                    ConfigurationKeys = ["retention.ms"],
                },
            ],
        },
        ApiKey.AlterConfigs => _ => new AlterConfigsRequest
        {
            ValidateOnly = true,
            Resources = [new AlterConfigsRequest.AlterConfigsResource { ResourceType = 2, ResourceName = Topic }],
        },
        ApiKey.IncrementalAlterConfigs => _ => new IncrementalAlterConfigsRequest
        {
            ValidateOnly = true,
            Resources = [new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = 2, ResourceName = Topic }],
        },
        ApiKey.OffsetForLeaderEpoch => version => new OffsetForLeaderEpochRequest
        {
            ReplicaId = version >= 3 ? -1 : -2,
            Topics =
            [
                new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
                {
                    Topic = Topic,
                    Partitions = [new OffsetForLeaderEpochRequest.OffsetForLeaderPartition { LeaderEpoch = 0 }],
                },
            ],
        },
        ApiKey.InitProducerId => _ => IdempotenceCases.Init(),
        ApiKey.DescribeCluster => _ => new DescribeClusterRequest(),
        ApiKey.DescribeTopicPartitions => _ => new DescribeTopicPartitionsRequest
        {
            Topics = [new DescribeTopicPartitionsRequest.TopicRequest { Name = Topic }],
        },
        ApiKey.DescribeLogDirs => _ => new DescribeLogDirsRequest
        {
            Topics = [new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = Topic, Partitions = [1] }],
        },
        ApiKey.DescribeProducers => _ => new DescribeProducersRequest
        {
            Topics = [new DescribeProducersRequest.TopicRequest { Name = Topic, PartitionIndexes = [0] }],
        },
        ApiKey.ApiVersions => _ => new ApiVersionsRequest { ClientSoftwareName = "a", ClientSoftwareVersion = "1" },
        _ => null,
    };
}
