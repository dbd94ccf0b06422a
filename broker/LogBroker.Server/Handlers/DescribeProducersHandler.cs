using LogBroker.Metadata;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Connections;
using LogBroker.Storage.Producers;

namespace LogBroker.Server.Handlers;

/// <summary>Tells which idempotent and transactional producers a partition knows (KIP-664).</summary>
internal sealed class DescribeProducersHandler(PartitionLookup partitions)
    : RequestHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    private const string UnknownTopic = "This server does not host this topic-partition.";
    private const long NoTransaction = -1;

    protected override Task<DescribeProducersResponse> HandleAsync(
        DescribeProducersRequest request, RequestContext context) => Task.FromResult(new DescribeProducersResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new DescribeProducersResponse.TopicResponse
                {
                    Name = topic.Name,
                    Partitions = [.. topic.PartitionIndexes.Select(index => Describe(topic.Name, index))],
                }),
            ],
        });

    private DescribeProducersResponse.PartitionResponse Describe(string topic, int index)
    {
        if (TopicNames.Check(topic) is { } invalid) return Refused(index, ErrorCode.InvalidTopicException, invalid);
        if (!partitions.Knows(topic)) return Refused(index, ErrorCode.UnknownTopicOrPartition, UnknownTopic);
        ErrorCode error = partitions.Find(topic, index, out Partition? partition);
        return new()
        {
            PartitionIndex = index,
            ErrorCode = error,
            ActiveProducers = partition is null ? [] : [.. partition.Log.ActiveProducers.Select(Describe)],
        };
    }

    private static DescribeProducersResponse.PartitionResponse Refused(int index, ErrorCode error, string message) =>
        new() { PartitionIndex = index, ErrorCode = error, ErrorMessage = message };

    private static DescribeProducersResponse.ProducerState Describe(ActiveProducer producer) => new()
    {
        ProducerId = producer.ProducerId,
        ProducerEpoch = producer.ProducerEpoch,
        LastSequence = producer.LastSequence,
        LastTimestamp = producer.LastTimestamp,
        CoordinatorEpoch = producer.CoordinatorEpoch,
        CurrentTxnStartOffset = producer.TransactionStartOffset?.Value ?? NoTransaction,
    };
}
