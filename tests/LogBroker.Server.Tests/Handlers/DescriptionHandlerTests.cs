using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Handlers;

public sealed class DescriptionHandlerTests
{
    [Fact]
    public async Task Metadata_TopicWithoutName_RefusesAll()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        var request = new MetadataRequest
        {
            Topics = [new() { Name = "orders" }, new() { TopicId = new Guid("11111111-2222-4333-8444-555555555555"), Name = null }],
        };

        MetadataResponse response = await broker.SendAsync(request, version: 10);

        Assert.Empty(response.Brokers);
        Assert.All(response.Topics, topic => Assert.Equal(ErrorCode.InvalidRequest, topic.ErrorCode));
        Assert.Equal(["orders", ""], response.Topics.Select(topic => topic.Name));
    }

    [Fact]
    public async Task DescribeConfigs_UnknownTopic_HasAnEmptyMessage()
    {
        await using TestBroker broker = await TestBroker.StartAsync();

        DescribeConfigsResponse response = await broker.SendAsync(new DescribeConfigsRequest
        {
            Resources = [new() { ResourceType = 2, ResourceName = "nowhere" }],
        });

        Assert.Equal(
            (ErrorCode.UnknownTopicOrPartition, ""), (response.Results[0].ErrorCode, response.Results[0].ErrorMessage));
    }

    [Theory]
    [InlineData("orders", -1)]
    [InlineData("elsewhere", 0)]
    public async Task DescribeTopicPartitions_CursorOutsideTheTopics_RefusesAll(string topic, int partition)
    {
        await using TestBroker broker = await TestBroker.StartAsync();

        DescribeTopicPartitionsResponse response = await broker.SendAsync(new DescribeTopicPartitionsRequest
        {
            ResponsePartitionLimit = 10,
            Topics = [new() { Name = "orders" }],
            Cursor = new() { TopicName = topic, PartitionIndex = partition },
        });

        Assert.Equal(ErrorCode.InvalidRequest, Assert.Single(response.Topics).ErrorCode);
    }
}
