using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Handlers;

public sealed class ListConfigResourcesHandlerTests
{
    private const sbyte Topic = 2;
    private const sbyte Group = 32;

    [Fact]
    public async Task ListConfigResources_TopicsAndGroups_NamesThoseOnly()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await broker.SendAsync(new CreateTopicsRequest
        {
            TimeoutMs = 10_000,
            Topics = [new() { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 }],
        });
        await broker.SendAsync(new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new()
                {
                    ResourceType = Group,
                    ResourceName = "readers",
                    Configs = [new() { Name = "consumer.session.timeout.ms", Value = "50000" }],
                },
            ],
        });

        ListConfigResourcesResponse response = await broker.SendAsync(
            new ListConfigResourcesRequest { ResourceTypes = [Topic, Group] });

        Assert.Equal(
            [("orders", Topic), ("readers", Group)],
            response.ConfigResources.Select(resource => (resource.ResourceName, resource.ResourceType)));
    }

    [Fact]
    public async Task ListConfigResources_UnknownType_IsUnsupported()
    {
        await using TestBroker broker = await TestBroker.StartAsync();

        ListConfigResourcesResponse response = await broker.SendAsync(
            new ListConfigResourcesRequest { ResourceTypes = [Topic, 3] });

        Assert.Equal(ErrorCode.UnsupportedVersion, response.ErrorCode);
        Assert.Empty(response.ConfigResources);
    }
}
