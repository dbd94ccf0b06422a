using System.Collections.Immutable;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>When a member of a group by KIP-848 is heard: at once when it has something to tell, whatever the interval.</summary>
public sealed class HeartbeatTests : IAsyncLifetime
{
    private readonly List<int[]?> _owned = [];
    private Task _reading = Task.CompletedTask;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _reading.WaitAsync(Filling.Patience);

    [Fact]
    public async Task Assigned_SomeTimeAfterItJoined_HearsOfItBeforeTheInterval()
    {
        await using var cluster = NewCluster(heartbeat => heartbeat <= 3 ? [] : [0, 1]);
        await using var client = cluster.NewClient();
        await using var consumer = NewConsumer(client);

        await Filling.UntilAsync(() => consumer.Assignment.Count == 2, "both partitions are assigned");
    }

    [Fact]
    public async Task Assigned_LessThanItHas_TellsAtOnceWhatItKeeps()
    {
        await using var cluster = NewCluster(heartbeat => heartbeat == 1 ? [0, 1] : heartbeat == 2 ? [1] : null);
        await using var client = cluster.NewClient();
        await using var consumer = NewConsumer(client);

        await Filling.UntilAsync(() => Told(owned => owned is [1]), "it tells that it has given one up");

        Assert.True(Told(owned => owned is [0, 1]));
        Assert.Equal([Filling.At(ScriptedCluster.Topic, 1)], consumer.Assignment);
    }

    [Fact]
    public async Task Resubscribe_IsToldAtOnce()
    {
        await using var cluster = NewCluster(heartbeat => heartbeat == 1 ? [0, 1] : null);
        await using var client = cluster.NewClient();
        await using var consumer = NewConsumer(client);
        await Filling.UntilAsync(() => Told(owned => owned is [0, 1]), "what was assigned is told");

        consumer.Subscribe(ScriptedCluster.Topic, "another");

        await Filling.UntilAsync(
            () => cluster[1].Requests.Any(request => request.Request is ConsumerGroupHeartbeatRequest { SubscribedTopicNames.Length: 2 }), "it is told");
    }

    /// <summary>A coordinator that wants to hear of members once an hour, and hands out by how often it has heard of one.</summary>
    private ScriptedCluster NewCluster(Func<int, int[]?> assign)
    {
        var cluster = new ScriptedCluster(partitions: 2);
        cluster.Coordinate();
        int heartbeats = 0;
        cluster[1].Answer<ConsumerGroupHeartbeatRequest>((request, _) =>
        {
            lock (_owned) _owned.Add(request.TopicPartitions is { Length: > 0 } told ? [.. told[0].Partitions] : null);
            return new ConsumerGroupHeartbeatResponse
            {
                MemberId = request.MemberId,
                MemberEpoch = request.MemberEpoch < 0 ? request.MemberEpoch : 1,
                HeartbeatIntervalMs = (int)TimeSpan.FromHours(1).TotalMilliseconds,
                Assignment = assign(++heartbeats) is { } partitions ? Assignment(partitions) : null,
            };
        });
        cluster[1].Answer<OffsetFetchRequest>((request, _) => ScriptedCluster.Committed(request, -1));
        return cluster;
    }

    private static ConsumerGroupHeartbeatResponse.AssignmentData Assignment(int[] partitions)
    {
        ImmutableArray<ConsumerGroupHeartbeatResponse.TopicPartitions> topics =
            partitions.Length == 0 ? [] : [new() { TopicId = ScriptedCluster.TopicId, Partitions = [.. partitions] }];
        return new() { TopicPartitions = topics };
    }

    private Consumer<string, string> NewConsumer(LogBrokerClient client)
    {
        var consumer = client.CreateConsumer<string, string>(
            "g", Filling.FromStart(GroupProtocol.Consumer) with { AutoCommit = false, CloseTimeout = TimeSpan.FromSeconds(2) });
        consumer.Subscribe(ScriptedCluster.Topic);
        _reading = ReadAsync(consumer);
        return consumer;
    }

    private static async Task ReadAsync(Consumer<string, string> consumer)
    {
        try
        {
            await foreach (var _ in consumer.ReadAsync())
            {
            }
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private bool Told(Predicate<int[]?> owned)
    {
        lock (_owned) return _owned.Exists(owned);
    }
}
