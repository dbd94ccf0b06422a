using LogBroker.Coordination.Runtime;
using LogBroker.Metadata;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;

namespace LogBroker.Server.Hosting.Coordination;

/// <summary>The topic <c>__consumer_offsets</c>, which is created when somebody first looks for a group's coordinator.</summary>
internal sealed class ConsumerOffsetsTopic(Catalogue catalogue) : ICoordinatorTopic
{
    public int PartitionCount => catalogue.Image.TryGetTopic(TopicNames.ConsumerOffsets, out TopicImage? topic)
        ? topic.Partitions.Length
        : catalogue.BrokerConfig.Int32("offsets.topic.num.partitions");

    public async Task<ErrorCode> EnsureAsync()
    {
        if (catalogue.Image.TryGetTopic(TopicNames.ConsumerOffsets, out _)) return ErrorCode.None;
        CreateTopicResult result = await catalogue.CreateTopicAsync(Describe(), CancellationToken.None).ConfigureAwait(false);
        return result.Error?.Code is null or ErrorCode.TopicAlreadyExists ? ErrorCode.None : result.Error.Code;
    }

    /// <summary>As Kafka creates it, but for replicas: a cluster of fewer brokers than it is to have keeps it on all.</summary>
    private NewTopic Describe()
    {
        BrokerConfigLayers settings = catalogue.BrokerConfig;
        return new NewTopic
        {
            Name = TopicNames.ConsumerOffsets,
            PartitionCount = settings.Int32("offsets.topic.num.partitions"),
            ReplicationFactor = Math.Min(
                settings.Int32("offsets.topic.replication.factor"), Math.Max(1, catalogue.Image.Brokers.Count)),
            Configs =
            [
                new(TopicConfigs.CleanupPolicy, "compact"),
                new(TopicConfigs.CompressionType, "producer"),
                new(TopicConfigs.SegmentBytes, settings.Value("offsets.topic.segment.bytes")),
            ],
        };
    }
}
