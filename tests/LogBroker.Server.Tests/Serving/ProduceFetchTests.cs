using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Testing;
using LogBroker.Transport;

namespace LogBroker.Server.Tests.Serving;

public sealed class ProduceFetchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Produce_ThenFetch_BringsTheSameRecords(short acks)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t");

        ProduceResponse first = await broker.SendAsync(Requests.Produce(topic, Requests.Batch("a", "b"), acks));
        ProduceResponse second = await broker.SendAsync(Requests.Produce(topic, Requests.Batch("c"), acks));
        FetchResponse fetched = await broker.SendAsync(Requests.Fetch(topic, maxWaitMs: 5000, minBytes: 140));

        Assert.Equal((ErrorCode.None, 0), (first.Only().ErrorCode, first.Only().BaseOffset));
        Assert.Equal((ErrorCode.None, 2), (second.Only().ErrorCode, second.Only().BaseOffset));
        Assert.Equal(["a", "b", "c"], fetched.Only().Values());
        Assert.Equal(3, fetched.Only().HighWatermark);
    }

    [Fact]
    public async Task Fetch_BelowMinBytes_WaitsUntilThereIsEnough()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t");
        await using KafkaChannel consumer = await broker.ConnectAsync();

        Task<FetchResponse> fetching = consumer.SendAsync(Requests.Fetch(topic, maxWaitMs: 60_000), 17);
        await broker.SendAsync(Requests.Produce(topic, Requests.Batch("late")));

        Assert.Equal(["late"], (await fetching).Only().Values());
    }

    [Fact]
    public async Task Fetch_NothingComes_AnswersEmptyRecordsAfterMaxWait()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t");

        FetchResponse fetched = await broker.SendAsync(Requests.Fetch(topic, maxWaitMs: 50));

        Assert.Equal(ErrorCode.None, fetched.Only().ErrorCode);
        Assert.Equal(0, fetched.Only().Records!.SizeInBytes);
    }

    [Fact]
    public async Task Connection_PipelinedRequests_AreAnsweredInTheirOrder()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t");
        await using KafkaChannel channel = await broker.ConnectAsync();

        // The channel fails on an answer whose correlation id is not the next one's.
        Task<FetchResponse> parked = channel.SendAsync(Requests.Fetch(topic, maxWaitMs: 60_000), 17);
        Task<ProduceResponse> produced = channel.SendAsync(Requests.Produce(topic, Requests.Batch("x")), 13);
        Task<MetadataResponse> described = channel.SendAsync(new MetadataRequest { Topics = null }, 12);

        Assert.Equal(["x"], (await parked).Only().Values());
        Assert.Equal(ErrorCode.None, (await produced).Only().ErrorCode);
        Assert.Equal("t", Assert.Single((await described).Topics).Name);
    }

    [Fact]
    public async Task Produce_WithoutAcksToAnUnknownTopic_ClosesTheConnection()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using KafkaChannel channel = await broker.ConnectAsync();

        await channel.SendWithoutResponseAsync(Requests.Produce(Guid.NewGuid(), Requests.Batch("x"), acks: 0), 13);

        await channel.Closed.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(channel.Closed.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Produce_DamagedBatch_IsRefusedAndNothingIsStored()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t");
        byte[] damaged = Requests.Batch("value");
        damaged[^1] ^= 1;

        ProduceResponse refused = await broker.SendAsync(Requests.Produce(topic, damaged));
        FetchResponse fetched = await broker.SendAsync(Requests.Fetch(topic));

        Assert.Equal(ErrorCode.CorruptMessage, refused.Only().ErrorCode);
        Assert.Equal(0, fetched.Only().HighWatermark);
    }

    [Fact]
    public async Task Fetch_BeyondTheEnd_IsOutOfRange()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t");

        FetchResponse fetched = await broker.SendAsync(Requests.Fetch(topic, from: 1));

        Assert.Equal(ErrorCode.OffsetOutOfRange, fetched.Only().ErrorCode);
    }

    [Fact]
    public async Task Restart_KeepsRecordsTopicsAndIds()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t", partitions: 2);
        await broker.SendAsync(Requests.Produce(topic, Requests.Batch("kept"), partition: 1));

        await broker.RestartAsync();
        MetadataResponse described = await broker.SendAsync(new MetadataRequest { Topics = null });
        FetchRequest fetch = Requests.Fetch(topic);
        FetchResponse fetched = await broker.SendAsync(new FetchRequest
        {
            MaxBytes = fetch.MaxBytes,
            SessionEpoch = -1,
            Topics = [new() { TopicId = topic, Partitions = [new() { Partition = 1, PartitionMaxBytes = 1 << 20 }] }],
        });

        Assert.Equal(topic, Assert.Single(described.Topics).TopicId);
        Assert.Equal(["kept"], fetched.Only().Values());
    }
}
