using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Metadata;

/// <summary>How news about the cluster are taken in.</summary>
public sealed class SnapshotBuilderTests
{
    private static readonly Guid Id = new(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    private static readonly Guid OtherId = new(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);

    [Fact]
    public void Apply_OfOlderNews_KeepsTheNewerLeader()
    {
        var known = SnapshotBuilder.Apply(ClusterSnapshot.Empty, News(Id, leader: 2, epoch: 5), isComplete: true);

        var next = SnapshotBuilder.Apply(known, News(Id, leader: 1, epoch: 4), isComplete: true);

        Assert.Equal((2, new LeaderEpoch(5)), Leader(next));
    }

    [Fact]
    public void Apply_OfANewTopicOfTheSameName_StartsOver()
    {
        var known = SnapshotBuilder.Apply(ClusterSnapshot.Empty, News(Id, leader: 2, epoch: 5), isComplete: true);

        var next = SnapshotBuilder.Apply(known, News(OtherId, leader: 1, epoch: 0), isComplete: true);

        Assert.Equal((1, new LeaderEpoch(0)), Leader(next));
        Assert.Null(next.FindTopic(Id));
        Assert.NotNull(next.FindTopic(OtherId));
    }

    [Fact]
    public void Apply_OfOlderNewsAfterAMomentsError_KeepsTheNewerLeader()
    {
        var known = SnapshotBuilder.Apply(ClusterSnapshot.Empty, News(Id, leader: 2, epoch: 5), isComplete: true);
        var broken = new MetadataResponse
        {
            Topics = [new() { Name = "t", ErrorCode = ErrorCode.UnknownTopicOrPartition }],
        };

        var between = SnapshotBuilder.Apply(SnapshotBuilder.Apply(known, broken, isComplete: true), broken, isComplete: true);
        var next = SnapshotBuilder.Apply(between, News(Id, leader: 1, epoch: 4), isComplete: true);

        Assert.Null(between.FindTopic("t"));
        Assert.Equal((2, new LeaderEpoch(5)), Leader(next));
    }

    [Fact]
    public void Apply_OfNewsAboutEverything_ForgetsTheRest()
    {
        var known = SnapshotBuilder.Apply(ClusterSnapshot.Empty, News(Id, 1, 0), isComplete: true);
        var nothing = new MetadataResponse { Brokers = [new() { NodeId = 1, Host = "a", Port = 1 }] };

        Assert.NotNull(SnapshotBuilder.Apply(known, nothing, isComplete: false).FindTopic("t"));
        Assert.Null(SnapshotBuilder.Apply(known, nothing, isComplete: true).FindTopic("t"));
    }

    [Fact]
    public void ApplyLeaders_TakesOnlyNewerOnes()
    {
        var known = SnapshotBuilder.Apply(ClusterSnapshot.Empty, News(Id, leader: 1, epoch: 5), isComplete: true);
        var partition = new TopicPartition("t", 0);

        Assert.Null(SnapshotBuilder.ApplyLeaders(known, [new LeaderUpdate(partition, 2, new LeaderEpoch(5))]));
        Assert.Null(SnapshotBuilder.ApplyLeaders(known, [new LeaderUpdate(new TopicPartition("t", 9), 2, new LeaderEpoch(6))]));
        var next = SnapshotBuilder.ApplyLeaders(known, [new LeaderUpdate(partition, 2, new LeaderEpoch(6))])!;

        Assert.Equal((2, new LeaderEpoch(6)), Leader(next));
        Assert.True(next.Version > known.Version);
    }

    [Fact]
    public void ApplyBrokers_TakesNewAddressesAndKeepsRacks()
    {
        var known = SnapshotBuilder.Apply(ClusterSnapshot.Empty, News(Id, 1, 0), isComplete: true);

        Assert.Null(SnapshotBuilder.ApplyBrokers(known, [new BrokerNode(1, "a", 1)]));
        var next = SnapshotBuilder.ApplyBrokers(known, [new BrokerNode(1, "b", 1), new BrokerNode(3, "c", 1)])!;

        Assert.Equal(new BrokerNode(1, "b", 1, "r"), next.Brokers[1]);
        Assert.Equal("c", next.Brokers[3].Host);
    }

    [Fact]
    public void Interests_UnusedForTooLong_AreDropped_ExceptWatchedOnes()
    {
        var time = new LogBroker.Tests.ManualTimeProvider();
        var interests = new TopicInterests(time, TimeSpan.FromMinutes(5));
        interests.Touch("used", mayCreate: false);
        interests.Touch("unused", mayCreate: false);
        var watch = interests.Watch(["watched"]);

        time.Advance(TimeSpan.FromMinutes(4));
        interests.Touch("used", mayCreate: false);
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(["used", "watched"], interests.Named().Order());

        watch.Dispose();
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Empty(interests.Named());
        using (interests.WatchAll()) Assert.True(interests.WantsAll);
        Assert.False(interests.WantsAll);
    }

    private static (int Leader, LeaderEpoch Epoch) Leader(ClusterSnapshot snapshot)
    {
        var partition = snapshot.FindPartition(new TopicPartition("t", 0))!;
        return (partition.LeaderId, partition.LeaderEpoch);
    }

    private static MetadataResponse News(Guid id, int leader, int epoch) => new()
    {
        Brokers = [new() { NodeId = 1, Host = "a", Port = 1, Rack = "r" }, new() { NodeId = 2, Host = "b", Port = 2 }],
        Topics =
        [
            new()
            {
                Name = "t",
                TopicId = id,
                Partitions = [new() { PartitionIndex = 0, LeaderId = leader, LeaderEpoch = epoch, ErrorCode = ErrorCode.None }],
            },
        ],
    };
}
