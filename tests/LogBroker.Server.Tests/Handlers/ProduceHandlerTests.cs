using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Handlers;

public sealed class ProduceHandlerTests
{
    private const short Version = 12;
    private const string Topic = "orders";
    private const int MagicAt = 16;
    private const int AttributesAt = 22;

    [Fact]
    public async Task Produce_BytesBehindTheBatch_AreDropped()
    {
        await using TestBroker broker = await StartAsync();

        ProduceResponse.PartitionProduceResponse first = await SendAsync(broker, [.. Batch(), 1, 2, 3]);
        ProduceResponse.PartitionProduceResponse second = await SendAsync(broker, Batch());

        Assert.Equal((ErrorCode.None, 0L), (first.ErrorCode, first.BaseOffset));
        Assert.Equal((ErrorCode.None, 1L), (second.ErrorCode, second.BaseOffset));
    }

    [Fact]
    public async Task Produce_TwoBatches_IsInvalidWithoutWords()
    {
        await using TestBroker broker = await StartAsync();

        ProduceResponse.PartitionProduceResponse answer = await SendAsync(broker, [.. Batch(), .. Batch()]);

        Assert.Equal((ErrorCode.InvalidRecord, null), (answer.ErrorCode, answer.ErrorMessage));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task Produce_UnknownMagic_IsCorrupt(sbyte magic)
    {
        await using TestBroker broker = await StartAsync();
        byte[] batch = Batch();
        batch[MagicAt] = (byte)magic;

        ProduceResponse.PartitionProduceResponse answer = await SendAsync(broker, batch);

        Assert.Equal(ErrorCode.CorruptMessage, answer.ErrorCode);
        Assert.Equal($"Invalid magic found in record: {magic}", answer.ErrorMessage);
    }

    [Fact]
    public async Task Produce_CutBatch_IsInvalid()
    {
        await using TestBroker broker = await StartAsync();

        ProduceResponse.PartitionProduceResponse answer = await SendAsync(broker, Batch()[..^1]);

        Assert.Equal(ErrorCode.InvalidRecord, answer.ErrorCode);
    }

    [Fact]
    public async Task Produce_TransactionalWithoutId_IsNotAuthorized()
    {
        await using TestBroker broker = await StartAsync();
        byte[] batch = Batch();
        batch[AttributesAt] |= 0x10;
        RecordBatchView.SetCrc(batch);

        ProduceResponse.PartitionProduceResponse answer = await SendAsync(broker, batch);

        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, answer.ErrorCode);
    }

    private static async Task<TestBroker> StartAsync()
    {
        TestBroker broker = await TestBroker.StartAsync();
        await broker.SendAsync(new CreateTopicsRequest
        {
            TimeoutMs = 10_000,
            Topics = [new CreateTopicsRequest.CreatableTopic { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }],
        });
        return broker;
    }

    private static async Task<ProduceResponse.PartitionProduceResponse> SendAsync(TestBroker broker, byte[] records)
    {
        ProduceResponse response = await broker.SendAsync(
            new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 10_000,
                TopicData =
                [
                    new ProduceRequest.TopicProduceData
                    {
                        Name = Topic,
                        PartitionData = [new ProduceRequest.PartitionProduceData { Records = new MemoryRecords(records) }],
                    },
                ],
            },
            Version);
        return response.Responses[0].PartitionResponses[0];
    }

    private static byte[] Batch()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1_000, "key"u8, "value"u8);
        return builder.Build().ToArray();
    }
}
