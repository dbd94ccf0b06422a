using LogBroker.Metadata.Configs;
using LogBroker.Server.Connections;
using LogBroker.Server.Handlers;
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
            new MetadataHandler(cluster, new TopicAutoCreation(broker.Catalogue, options.AutoCreateTopics)),
            new CreateTopicsHandler(broker.Catalogue),
            new DeleteTopicsHandler(broker.Catalogue),
            new DeleteRecordsHandler(partitions),
            new InitProducerIdHandler(broker.ProducerIds),
            new OffsetForLeaderEpochHandler(partitions),
            new DescribeConfigsHandler(broker.Catalogue, options.NodeId),
            new AlterConfigsHandler(broker.Catalogue),
            new DescribeLogDirsHandler(broker.Logs),
            new CreatePartitionsHandler(broker.Catalogue),
            new IncrementalAlterConfigsHandler(broker.Catalogue),
            new DescribeClusterHandler(cluster),
            new DescribeTopicPartitionsHandler(cluster),
        ]);
    }
}
