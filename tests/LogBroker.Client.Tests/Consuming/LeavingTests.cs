using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>A consumer that is disposed of while it joins a group by KIP-848: no member is left behind, for which nobody reads.</summary>
public sealed class LeavingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(null, -1)]
    [InlineData("kiosk", -2)]
    public async Task Dispose_BeforeTheJoinIsAnswered_TellsThatItLeaves(string? instance, int leaveEpoch)
    {
        await using var cluster = NewCluster();
        cluster[1].Answer<ConsumerGroupHeartbeatRequest>((request, _) => request.MemberEpoch == 0 ? null : Taken(request));
        await using var client = cluster.NewClient();
        var consumer = NewConsumer(client, instance);
        var reading = ReadAsync(consumer);
        await Filling.UntilAsync(() => Heartbeats(cluster).Length > 0, "it joins");

        await consumer.DisposeAsync().AsTask().WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);

        var heartbeats = Heartbeats(cluster);
        Assert.Equal([0, leaveEpoch], heartbeats.Select(heartbeat => heartbeat.MemberEpoch));
        Assert.Single(heartbeats.Select(heartbeat => heartbeat.MemberId).Distinct());
    }

    [Fact]
    public async Task Dispose_AfterTheJoinWasRefused_HasNothingToTell()
    {
        await using var cluster = NewCluster();
        cluster[1].Answer<ConsumerGroupHeartbeatRequest>((_, _) => new ConsumerGroupHeartbeatResponse { ErrorCode = ErrorCode.GroupAuthorizationFailed });
        await using var client = cluster.NewClient();
        var consumer = NewConsumer(client);
        await Assert.ThrowsAnyAsync<KafkaException>(() => ReadAsync(consumer).WaitAsync(Patience));

        await consumer.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Equal([0], Heartbeats(cluster).Select(heartbeat => heartbeat.MemberEpoch));
    }

    [Fact]
    public async Task Dispose_BeforeThereIsACoordinator_WaitsForNone()
    {
        await using var cluster = NewCluster();
        foreach (int node in new[] { 1, 2 }) cluster[node].Answer<FindCoordinatorRequest>((_, _) => null);
        await using var client = cluster.NewClient();
        var consumer = NewConsumer(client);
        var reading = ReadAsync(consumer);
        await Filling.UntilAsync(
            () => new[] { 1, 2 }.Any(node => cluster[node].Requests.Any(asked => asked.Request is FindCoordinatorRequest)), "it looks for the coordinator");

        await consumer.DisposeAsync().AsTask().WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);

        Assert.Empty(Heartbeats(cluster));
    }

    private static ScriptedCluster NewCluster()
    {
        var cluster = new ScriptedCluster();
        cluster.Coordinate();
        return cluster;
    }

    private static Consumer<string, string> NewConsumer(LogBrokerClient client, string? instance = null)
    {
        var options = Filling.FromStart(GroupProtocol.Consumer) with { AutoCommit = false, CloseTimeout = TimeSpan.FromHours(1), GroupInstanceId = instance };
        var consumer = client.CreateConsumer<string, string>("g", options);
        consumer.Subscribe(ScriptedCluster.Topic);
        return consumer;
    }

    private static async Task ReadAsync(Consumer<string, string> consumer)
    {
        await foreach (var _ in consumer.ReadAsync())
        {
        }
    }

    private static ConsumerGroupHeartbeatResponse Taken(ConsumerGroupHeartbeatRequest request) =>
        new() { MemberId = request.MemberId, MemberEpoch = request.MemberEpoch };

    private static ConsumerGroupHeartbeatRequest[] Heartbeats(ScriptedCluster cluster) =>
        [.. cluster[1].Requests.Select(asked => asked.Request).OfType<ConsumerGroupHeartbeatRequest>()];
}
