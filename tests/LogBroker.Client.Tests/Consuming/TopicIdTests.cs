using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Offsets are committed and asked for by topic ids where both sides know them (version 10).</summary>
public sealed class TopicIdTests
{
    private static readonly TopicPartition Known = Filling.At(ScriptedCluster.Topic);

    [Fact]
    public async Task Commit_OfATopicThatIsKnown_TellsItsId()
    {
        await using var cluster = NewCluster(_ => ErrorCode.None);
        await using var client = cluster.NewClient();
        await using var consumer = await NewConsumerAsync(client);

        await consumer.CommitAsync(At(Known, 5));
        Assert.Equal(new Offset(5), (await consumer.CommittedAsync([Known]))[Known].Offset);

        Assert.Equal([(short)10], Versions<OffsetCommitRequest>(cluster));
        Assert.Equal(10, Versions<OffsetFetchRequest>(cluster).Last()); // The first came before the topic was known.
    }

    [Fact]
    public async Task Commit_OfATopicThatIsNotKnown_TellsNames()
    {
        await using var cluster = NewCluster(_ => ErrorCode.None);
        await using var client = cluster.NewClient();
        await using var consumer = await NewConsumerAsync(client);

        await consumer.CommitAsync(At(new TopicPartition("another", 0), 5));

        Assert.Equal([(short)9], Versions<OffsetCommitRequest>(cluster));
    }

    [Fact]
    public async Task Commit_TheIdIsNotKnownToTheBroker_AsksForMetadataAndTriesAgain()
    {
        int tries = 0;
        await using var cluster = NewCluster(_ => ++tries <= 2 ? ErrorCode.UnknownTopicId : ErrorCode.None);
        await using var client = cluster.NewClient();
        await using var consumer = await NewConsumerAsync(client);
        int asked = Asked(cluster);

        await consumer.CommitAsync(At(Known, 5));

        Assert.Equal(3, tries);
        await Filling.UntilAsync(() => Asked(cluster) > asked, "metadata is asked for");
    }

    private static Dictionary<TopicPartition, OffsetAndMetadata> At(TopicPartition partition, long offset) =>
        new() { [partition] = new OffsetAndMetadata(new Offset(offset)) };

    private static int Asked(ScriptedCluster cluster) => cluster[1].CountOf(ApiKey.Metadata) + cluster[2].CountOf(ApiKey.Metadata);

    private static IEnumerable<short> Versions<TRequest>(ScriptedCluster cluster) =>
        cluster[1].Requests.Where(request => request.Request is TRequest).Select(request => request.Version);

    /// <summary>A consumer that has read, so that the topic is known.</summary>
    private static async Task<Consumer<string, string>> NewConsumerAsync(LogBrokerClient client)
    {
        var consumer = client.CreateConsumer<string, string>("g", Filling.FromStart() with { AutoCommit = false });
        consumer.Assign(Known);
        await Filling.ReadAsync(consumer, 1);
        return consumer;
    }

    private static ScriptedCluster NewCluster(Func<OffsetCommitRequest, ErrorCode> commit)
    {
        var cluster = new ScriptedCluster();
        cluster.Log().Append(0, ["a"]);
        cluster.Coordinate();
        long committed = -1;
        cluster[1].Answer<OffsetCommitRequest>((request, _) =>
        {
            var topic = request.Topics[0];
            committed = topic.Partitions[0].CommittedOffset;
            return new OffsetCommitResponse
            {
                Topics = [new() { Name = topic.Name, TopicId = topic.TopicId, Partitions = [new() { ErrorCode = commit(request) }] }],
            };
        });
        cluster[1].Answer<OffsetFetchRequest>((request, _) => ScriptedCluster.Committed(request, committed));
        return cluster;
    }
}
