using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Reading from a replica that is nearer than the leader (KIP-392).</summary>
public sealed class FollowerFetchTests
{
    private const int LeaderId = 1;
    private const int FollowerId = 2;

    private static readonly ConsumerOptions Options = Filling.FromStart() with { ClientRack = "r2", FetchMaxWait = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task Read_LeaderNamesAReplica_FetchesFromThere()
    {
        await using var cluster = NewCluster();
        await using var client = cluster.NewClient();
        await using var consumer = NewConsumer(client);

        Assert.Equal(["a", "b"], await ValuesAsync(consumer, 2));
        cluster.Log().Append(0, ["c"]);
        Assert.Equal(["c"], await ValuesAsync(consumer, 1));

        Assert.Equal(1, cluster.FetchesFrom(LeaderId));
        Assert.Contains(cluster[FollowerId].Requests, request => request is { Request: FetchRequest, Version: 18 });
        Assert.All(Fetches(cluster, LeaderId).Concat(Fetches(cluster, FollowerId)), fetch => Assert.Equal("r2", fetch.RackId));
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower)]
    [InlineData(ErrorCode.UnknownTopicOrPartition)]
    [InlineData(ErrorCode.OffsetOutOfRange)]
    public async Task Read_TheReplicaRefuses_GoesBackToTheLeader(ErrorCode refusal)
    {
        await using var cluster = NewCluster();
        bool refuses = false;
        var decide = cluster.Decide;
        cluster.Decide = (nodeId, asked) => !refuses ? decide(nodeId, asked)
            : nodeId == FollowerId ? new() { ErrorCode = refusal } : null;
        await using var client = cluster.NewClient();
        await using var consumer = NewConsumer(client, Options with { OffsetReset = OffsetReset.Earliest });
        Assert.Equal(["a", "b"], await ValuesAsync(consumer, 2));

        refuses = true;
        cluster.Log().Append(0, ["c"]);

        Assert.Equal(["c"], await ValuesAsync(consumer, 1)); // And nothing from the start again.
        Assert.True(cluster.FetchesFrom(LeaderId) > 1);
    }

    [Fact]
    public async Task Read_TheReplicaIsGone_GoesBackToTheLeader()
    {
        await using var cluster = NewCluster();
        await using var client = cluster.NewClient();
        await using var consumer = NewConsumer(client);
        Assert.Equal(["a", "b"], await ValuesAsync(consumer, 2));

        cluster.Decide = static (_, _) => null;
        await cluster[FollowerId].DisposeAsync();
        cluster.Log().Append(0, ["c"]);

        Assert.Equal(["c"], await ValuesAsync(consumer, 1));
    }

    [Fact]
    public async Task Read_TheReplicaSaysTheLogWasCut_TheLeaderDecides()
    {
        await using var cluster = NewCluster();
        bool lags = false;
        var decide = cluster.Decide;
        cluster.Decide = (nodeId, asked) => !lags ? decide(nodeId, asked)
            : nodeId == FollowerId ? new() { DivergingEpoch = new() { Epoch = 0, EndOffset = 1 } } : null;
        await using var client = cluster.NewClient();
        await using var consumer = NewConsumer(client);
        Assert.Equal(["a", "b"], await ValuesAsync(consumer, 2));

        lags = true;
        cluster.Log().Append(0, ["c"]);

        Assert.Equal(["c"], await ValuesAsync(consumer, 1));
    }

    [Fact]
    public async Task Read_AfterMetadataMaxAge_AsksTheLeaderAgain()
    {
        await using var cluster = NewCluster();
        await using var client = cluster.NewClient(options => options with { MetadataAgeMax = TimeSpan.FromMilliseconds(300) });
        await using var consumer = NewConsumer(client);
        var reading = ValuesAsync(consumer, 3);

        await Filling.UntilAsync(() => cluster.FetchesFrom(LeaderId) > 2, "the leader is asked again and again");
        cluster.Log().Append(0, ["c"]);

        Assert.Equal(["a", "b", "c"], await reading);
    }

    [Fact]
    public async Task Read_TheLeaderChanges_AsksTheNewOne()
    {
        await using var cluster = NewCluster();
        await using var client = cluster.NewClient();
        await using var consumer = NewConsumer(client);
        Assert.Equal(["a", "b"], await ValuesAsync(consumer, 2));

        // The leader moves to where the consumer reads, which as the leader tells to read from 1.
        cluster.Leader = (FollowerId, 1);
        cluster.Decide = (nodeId, asked) => nodeId == FollowerId ? new() { PreferredReadReplica = LeaderId } : cluster.Read(asked);
        await client.Cluster.Metadata.RefreshAsync(default);
        cluster.Log().Append(1, ["c"]);

        Assert.Equal(["c"], await ValuesAsync(consumer, 1));
    }

    /// <summary>The leader sends whoever asks to the follower, which has all there is.</summary>
    private static ScriptedCluster NewCluster()
    {
        var cluster = new ScriptedCluster();
        cluster.Log().Append(0, ["a", "b"]);
        cluster.Decide = (nodeId, asked) => nodeId == LeaderId ? new() { PreferredReadReplica = FollowerId } : cluster.Read(asked);
        return cluster;
    }

    private static Consumer<string, string> NewConsumer(LogBrokerClient client, ConsumerOptions? options = null)
    {
        var consumer = client.CreateConsumer<string, string>(null, options ?? Options);
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        return consumer;
    }

    private static async Task<string[]> ValuesAsync(Consumer<string, string> consumer, int count) =>
        [.. (await Filling.ReadAsync(consumer, count)).Select(record => record.Value)];

    private static IEnumerable<FetchRequest> Fetches(ScriptedCluster cluster, int nodeId) =>
        cluster[nodeId].Requests.Select(request => request.Request).OfType<FetchRequest>();
}
