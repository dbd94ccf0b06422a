using LogBroker.Coordination.Groups;
using LogBroker.Metadata.Configs;
using LogBroker.Server.Connections;
using LogBroker.Server.Handlers;
using LogBroker.Server.Handlers.Groups;
using LogBroker.Server.Sessions;

namespace LogBroker.Server.Hosting;

/// <summary>The list of what is served: one handler for each API.</summary>
internal static class HandlerComposition
{
    public static HandlerTable Compose(
        RunningBroker broker, BrokerOptions options, TrafficMetrics traffic, TimeProvider time)
    {
        BrokerConfigLayers settings = broker.Catalogue.BrokerConfig;
        var cluster = new ClusterView(broker.Catalogue, options.NodeId);
        var partitions = new PartitionLookup(broker.Partitions);
        var sessions = new FetchSessionCache(
            time, settings.Int32("max.incremental.fetch.session.cache.slots"), Random.Shared.Next);
        var fetchReader = new FetchReader(partitions, settings.Int32("fetch.max.bytes"));
        return new HandlerTable(
        [
            new ProduceHandler(partitions, traffic),
            new FetchHandler(fetchReader, sessions, broker.Purgatory, time),
            new ListOffsetsHandler(partitions),
            new MetadataHandler(
                cluster, new TopicAutoCreation(broker.Catalogue, broker.Groups.Topic, options.AutoCreateTopics)),
            new CreateTopicsHandler(broker.Catalogue),
            new DeleteTopicsHandler(broker.Catalogue),
            new DeleteRecordsHandler(partitions),
            new InitProducerIdHandler(broker.ProducerIds),
            new DescribeProducersHandler(partitions),
            new OffsetForLeaderEpochHandler(partitions),
            new ListConfigResourcesHandler(broker.Catalogue),
            new DescribeConfigsHandler(broker.Catalogue, options.NodeId),
            new AlterConfigsHandler(broker.Catalogue),
            new DescribeLogDirsHandler(broker.Logs),
            new CreatePartitionsHandler(broker.Catalogue),
            new IncrementalAlterConfigsHandler(broker.Catalogue),
            new ListPartitionReassignmentsHandler(),
            new DescribeClusterHandler(cluster),
            new DescribeTopicPartitionsHandler(cluster),
            .. GroupHandlers(broker, cluster),
        ]);
    }

    private static RequestHandler[] GroupHandlers(RunningBroker broker, ClusterView cluster)
    {
        GroupCoordinator groups = broker.Groups.Coordinator;
        var topics = new TopicNaming(broker.Catalogue);
        return
        [
            new FindCoordinatorHandler(cluster, broker.Groups.Topic),
            new JoinGroupHandler(groups),
            new SyncGroupHandler(groups),
            new HeartbeatHandler(groups),
            new LeaveGroupHandler(groups),
            new OffsetCommitHandler(groups, topics),
            new OffsetFetchHandler(groups, topics),
            new OffsetDeleteHandler(groups, topics),
            new DescribeGroupsHandler(groups),
            new ListGroupsHandler(groups),
            new DeleteGroupsHandler(groups),
            new ConsumerGroupHeartbeatHandler(groups),
            new ConsumerGroupDescribeHandler(groups),
        ];
    }
}
