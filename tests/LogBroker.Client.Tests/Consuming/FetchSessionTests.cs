using LogBroker.Client.Consuming.Fetching;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>What a fetch tells within a session.</summary>
public sealed class FetchSessionTests
{
    private static readonly Guid Id = Guid.NewGuid();

    [Fact]
    public void Next_WithinASession_TellsOnlyWhatHasChanged()
    {
        var session = new FetchSession();
        var first = session.Next(Targets((0, 10), (1, 20)));
        Assert.Equal((0, 0), (first.SessionId, first.SessionEpoch));
        Assert.Equal([0, 1], Partitions(first));
        session.Answered(42);

        var second = session.Next(Targets((0, 10), (1, 25)));
        Assert.Equal((42, 1), (second.SessionId, second.SessionEpoch));
        Assert.Equal([1], Partitions(second));
        Assert.Empty(second.ForgottenTopicsData);
        session.Answered(42);

        var third = session.Next(Targets((1, 25), (2, 0)));
        Assert.Equal(2, third.SessionEpoch);
        Assert.Equal([2], Partitions(third));
        Assert.Equal(0, Assert.Single(third.ForgottenTopicsData.Single().Partitions));
    }

    [Fact]
    public void Next_AfterAReset_IsAFullRequestOfANewSession()
    {
        var session = new FetchSession();
        session.Next(Targets((0, 10)));
        session.Answered(42);
        session.Reset();

        var next = session.Next(Targets((0, 10)));

        Assert.Equal((0, 0), (next.SessionId, next.SessionEpoch));
        Assert.Equal([0], Partitions(next));
    }

    [Fact]
    public void Next_WhenTheBrokerKeepsNoSession_IsAlwaysFull()
    {
        var session = new FetchSession();
        session.Next(Targets((0, 10)));
        session.Answered(0);

        Assert.Equal([0], Partitions(session.Next(Targets((0, 10)))));
    }

    [Fact]
    public void Next_TopicWasCreatedAnew_ForgetsTheOldOne()
    {
        var session = new FetchSession();
        session.Next(Targets((0, 10)));
        session.Answered(42);
        var anew = new Dictionary<TopicPartition, FetchTarget> { [Filling.At("t")] = new(Guid.NewGuid(), 0, LeaderEpoch.None, 100) };

        var next = session.Next(anew);

        Assert.Equal(Id, next.ForgottenTopicsData.Single().TopicId);
        Assert.Equal(anew[Filling.At("t")].TopicId, next.Topics.Single().TopicId);
    }

    private static Dictionary<TopicPartition, FetchTarget> Targets(params (int Partition, long Offset)[] targets) =>
        targets.ToDictionary(
            target => Filling.At("t", target.Partition), target => new FetchTarget(Id, target.Offset, LeaderEpoch.None, 100));

    private static int[] Partitions(FetchRequest request) =>
        [.. request.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.Partition)];
}
