using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Tests.Connections;

/// <summary>From a bootstrap address to the cluster.</summary>
public sealed class BootstrapTests
{
    [Fact]
    public async Task Refresh_AtTheStart_TellsBrokersAndCluster()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient();

        var snapshot = await client.Cluster.Metadata.RefreshAsync(default);

        Assert.NotNull(snapshot.ClusterId);
        Assert.Equal(target.Port, Assert.Single(snapshot.Brokers).Value.Port);
    }

    [Fact]
    public async Task Topic_ThatExists_IsFoundWithItsLeaders()
    {
        var target = await ClientTarget.SharedAsync();
        string name = await target.CreateTopicAsync("bootstrap", partitions: 3);
        await using var client = target.NewClient();

        var topic = await client.Cluster.Metadata.TopicAsync(name, mayCreate: false, default);

        Assert.Equal(3, topic.Partitions.Length);
        Assert.NotEqual(Guid.Empty, topic.Id);
        Assert.All(topic.Partitions, partition => Assert.True(partition.HasLeader));
        Assert.NotNull(client.Cluster.Metadata.Current.FindPartition(new TopicPartition(name, 2)));
    }

    [Fact]
    public async Task Topic_ThatDoesNotExist_IsToldAfterThePatienceIsOver()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient(options => options with { TopicPropagationMax = TimeSpan.FromMilliseconds(50) });

        var failure = await Assert.ThrowsAsync<TopicNotFoundException>(
            () => client.Cluster.Metadata.TopicAsync("nowhere", mayCreate: false, default).AsTask());

        Assert.Equal("nowhere", failure.Topic);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, failure.ErrorCode);
    }

    [Fact]
    public async Task Connect_OfTwoLanes_GivesTwoConnectionsAndKeepsThem()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient();
        int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();

        var produce = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);
        var fetch = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Fetch, default);

        Assert.NotSame(produce, fetch);
        Assert.Same(produce, await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default));
        Assert.True(produce.Supports(ApiKey.Produce));
    }

    [Fact]
    public async Task Connection_ToABootstrapServerThatIsABroker_GoesOnAsThatBrokers()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient(broker.Bootstrap);

        var connection = await client.Cluster.ConnectAnyAsync(default);
        await client.Admin.Topics.ListAsync();

        Assert.Equal(1, connection.Broker.Id);
        Assert.Equal(1, broker.ConnectionCount);
        Assert.Null(client.Cluster.Connections.FindOpen(client.Cluster.BootstrapNodes[0].Id, ConnectionLane.Control));
    }

    [Fact]
    public async Task Connection_ToABootstrapServerThatBrokersDoNotTellOf_IsClosed()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient($"localhost:{broker.Port}");

        var connection = await client.Cluster.ConnectAnyAsync(default);

        Assert.Equal("127.0.0.1", connection.Broker.Host);
        Assert.Equal(2, broker.ConnectionCount);
        Assert.Null(client.Cluster.Connections.FindOpen(client.Cluster.BootstrapNodes[0].Id, ConnectionLane.Control));
    }

    [Fact]
    public async Task FindCoordinator_OfAGroup_GivesAConnectionToIt()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient();

        var connection = await client.Cluster.Coordinators.FindAsync(
            CoordinatorKind.Group, ClientTarget.NewName("group"), ConnectionLane.Group, default);

        Assert.True(connection.IsOpen);
        Assert.Equal(target.Port, connection.Broker.Port);
    }
}
