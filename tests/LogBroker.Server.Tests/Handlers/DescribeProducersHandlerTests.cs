using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Handlers;

public sealed class DescribeProducersHandlerTests
{
    private const string Topic = "orders";
    private const long RecordTime = 1_700_000_000_000;

    [Fact]
    public async Task DescribeProducers_AfterABatchOfAProducer_TellsItsLastSequence()
    {
        await using TestBroker broker = await StartAsync();
        await broker.SendAsync(Produce(producerId: 5, epoch: 2, records: 3), version: 12);

        DescribeProducersResponse.PartitionResponse answer = await DescribeAsync(broker, Topic, 0);

        DescribeProducersResponse.ProducerState producer = Assert.Single(answer.ActiveProducers);
        Assert.Equal((5, 2, 2), (producer.ProducerId, producer.ProducerEpoch, producer.LastSequence));
        Assert.Equal((RecordTime, -1, -1), (producer.LastTimestamp, producer.CoordinatorEpoch, producer.CurrentTxnStartOffset));
    }

    [Theory]
    [InlineData(Topic, 7, ErrorCode.UnknownTopicOrPartition)]
    [InlineData("nowhere", 0, ErrorCode.UnknownTopicOrPartition)]
    [InlineData("a/b", 0, ErrorCode.InvalidTopicException)]
    public async Task DescribeProducers_NoSuchPartition_SaysWhy(string topic, int partition, ErrorCode expected)
    {
        await using TestBroker broker = await StartAsync();

        DescribeProducersResponse.PartitionResponse answer = await DescribeAsync(broker, topic, partition);

        Assert.Equal((partition, expected), (answer.PartitionIndex, answer.ErrorCode));
        Assert.Empty(answer.ActiveProducers);
    }

    private static async Task<DescribeProducersResponse.PartitionResponse> DescribeAsync(
        TestBroker broker, string topic, int partition)
    {
        DescribeProducersResponse response = await broker.SendAsync(
            new DescribeProducersRequest { Topics = [new() { Name = topic, PartitionIndexes = [partition] }] });
        return Assert.Single(Assert.Single(response.Topics).Partitions);
    }

    private static async Task<TestBroker> StartAsync()
    {
        TestBroker broker = await TestBroker.StartAsync();
        await broker.SendAsync(new CreateTopicsRequest
        {
            TimeoutMs = 10_000,
            Topics = [new() { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }],
        });
        return broker;
    }

    private static ProduceRequest Produce(long producerId, short epoch, int records)
    {
        using var builder = new RecordBatchBuilder(
            new RecordBatchOptions { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = 0 });
        for (int index = 0; index < records; index++) builder.Append(RecordTime, "key"u8, "value"u8);
        return new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 10_000,
            TopicData =
            [
                new() { Name = Topic, PartitionData = [new() { Records = new MemoryRecords(builder.Build().ToArray()) }] },
            ],
        };
    }
}
