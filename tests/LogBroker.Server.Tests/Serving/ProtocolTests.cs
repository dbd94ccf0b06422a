using System.Buffers.Binary;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Testing;
using LogBroker.Transport;

namespace LogBroker.Server.Tests.Serving;

public sealed class ProtocolTests
{
    [Fact]
    public async Task ApiVersions_EveryServedVersion_NamesProduceFromZero()
    {
        await using TestBroker broker = await TestBroker.StartAsync();

        for (short version = 0; version <= 4; version++)
        {
            ApiVersionsResponse answer = await broker.SendAsync(
                new ApiVersionsRequest { ClientSoftwareName = "tests", ClientSoftwareVersion = "1.0" }, version);
            ApiVersionsResponse.ApiVersion produce = answer.ApiKeys.Single(api => api.ApiKey == (short)ApiKey.Produce);
            Assert.Equal((ErrorCode.None, 0, 13), (answer.ErrorCode, produce.MinVersion, produce.MaxVersion));
        }
    }

    [Fact]
    public async Task ApiVersions_VersionTooHigh_AnswersInVersionZeroWithTheServedRange()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using KafkaChannel channel = await broker.ConnectAsync();
        byte[] request = new byte[11];
        BinaryPrimitives.WriteInt16BigEndian(request, (short)ApiKey.ApiVersions);
        BinaryPrimitives.WriteInt16BigEndian(request.AsSpan(2), 99);

        Memory<byte> frame = await channel.SendRawAsync(request);
        ApiVersionsResponse answer = ReadBody(frame);

        Assert.Equal(ErrorCode.UnsupportedVersion, answer.ErrorCode);
        ApiVersionsResponse.ApiVersion served = Assert.Single(answer.ApiKeys);
        Assert.Equal(((short)ApiKey.ApiVersions, 0, 4), (served.ApiKey, served.MinVersion, served.MaxVersion));
    }

    [Theory]
    [InlineData((short)9999, (short)0)]
    [InlineData((short)ApiKey.Metadata, (short)99)]
    [InlineData((short)ApiKey.Metadata, (short)-1)]
    public async Task Connection_RequestThatIsNotServed_IsClosed(short key, short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using KafkaChannel channel = await broker.ConnectAsync();
        byte[] request = new byte[64];
        BinaryPrimitives.WriteInt16BigEndian(request, key);
        BinaryPrimitives.WriteInt16BigEndian(request.AsSpan(2), version);

        await Assert.ThrowsAsync<ConnectionClosedException>(() => channel.SendRawAsync(request));
    }

    [Fact]
    public async Task InitProducerId_NeverGivesAnIdTwice_AcrossARestartToo()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        var seen = new HashSet<long>();
        for (int i = 0; i < 3; i++) Assert.True(seen.Add((await broker.SendAsync(new InitProducerIdRequest { TransactionalId = null })).ProducerId));

        await broker.RestartAsync();

        for (int i = 0; i < 3; i++) Assert.True(seen.Add((await broker.SendAsync(new InitProducerIdRequest { TransactionalId = null })).ProducerId));
    }

    [Fact]
    public async Task Metadata_UnknownTopic_IsCreatedWhenTheClientLetsIt()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("num.partitions", "3"));

        MetadataResponse refused = await broker.SendAsync(Ask("new", mayCreate: false));
        MetadataResponse created = await broker.SendAsync(Ask("new", mayCreate: true));

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Assert.Single(refused.Topics).ErrorCode);
        Assert.Equal(3, Assert.Single(created.Topics).Partitions.Length);
    }

    [Fact]
    public async Task Metadata_CoordinatorsTopic_IsCreatedAsTheCoordinatorDoes()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("offsets.topic.num.partitions", "7"));

        MetadataResponse offsets = await broker.SendAsync(Ask("__consumer_offsets", mayCreate: true));
        MetadataResponse transactions = await broker.SendAsync(Ask("__transaction_state", mayCreate: true));

        Assert.Equal(7, Assert.Single(offsets.Topics).Partitions.Length);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Assert.Single(transactions.Topics).ErrorCode);
        DescribeConfigsResponse configs = await broker.SendAsync(new DescribeConfigsRequest
        {
            Resources = [new() { ResourceType = 2, ResourceName = "__consumer_offsets", ConfigurationKeys = ["cleanup.policy"] }],
        });
        Assert.Equal("compact", Assert.Single(Assert.Single(configs.Results).Configs).Value);
    }

    [Fact]
    public async Task DeleteTopic_AndCreateAgain_HasANewIdAndNoRecords()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid before = await broker.CreateTopicAsync("t");
        await broker.SendAsync(Requests.Produce(before, Requests.Batch("gone")));

        await broker.SendAsync(new DeleteTopicsRequest { Topics = [new() { Name = "t" }] });
        FetchResponse fetched = await broker.SendAsync(Requests.Fetch(before));
        Guid after = await broker.CreateTopicAsync("t");

        Assert.Equal(ErrorCode.UnknownTopicId, fetched.Only().ErrorCode);
        Assert.NotEqual(before, after);
        Assert.Equal(0, (await broker.SendAsync(Requests.Fetch(after))).Only().HighWatermark);
    }

    private static MetadataRequest Ask(string topic, bool mayCreate) =>
        new() { Topics = [new() { Name = topic }], AllowAutoTopicCreation = mayCreate };

    private static ApiVersionsResponse ReadBody(Memory<byte> frame)
    {
        var reader = new KafkaReader(frame);
        _ = ResponseHeader.Read(ref reader, 0);
        return ApiVersionsResponse.Read(ref reader, 0);
    }
}
