using System.Collections.Immutable;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Topics and partitions.</summary>
public sealed class TopicAdminTests
{
    [Fact]
    public async Task Create_OfATopic_IsListedAndDescribed()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();
        string name = ClientTarget.NewName("made");

        var created = await client.Admin.Topics.CreateAsync(new NewTopic(name, 3, 1)
        {
            Configs = ImmutableDictionary<string, string>.Empty.Add("retention.ms", "1234567"),
        });

        Assert.Equal(3, created.PartitionCount);
        var described = await EventuallyAsync(() => client.Admin.Topics.DescribeAsync(name), topic => topic.Partitions.Length == 3);
        Assert.Equal(created.Id, described.Id);
        Assert.All(described.Partitions, partition => Assert.NotNull(partition.LeaderId));
        Assert.Contains(await client.Admin.Topics.ListAsync(), topic => topic.Name == name && topic.PartitionCount == 3);
        var configs = await client.Admin.Configs.DescribeAsync(ConfigResource.Topic(name));
        Assert.Equal(("1234567", ConfigSource.Topic), (configs["retention.ms"].Value, configs["retention.ms"].Source));
        Assert.True(configs["cleanup.policy"].IsDefault);
    }

    [Fact]
    public async Task Create_OfSeveral_TellsEachOnesFate()
    {
        var target = await ClientTarget.SharedAsync();
        string there = await target.CreateTopicAsync("there");
        string fresh = ClientTarget.NewName("fresh");
        await using var client = target.NewClient();

        var results = await client.Admin.Topics.CreateAsync([new NewTopic(there), new NewTopic(fresh, 1), new NewTopic("no such/name")]);

        Assert.Equal(fresh, Assert.Single(results.Values).Key);
        Assert.Equal(ErrorCode.TopicAlreadyExists, results.Failures[there].ErrorCode);
        Assert.Equal(ErrorCode.InvalidTopicException, results.Failures["no such/name"].ErrorCode);
        Assert.Throws<KafkaException>(() => results[there]);
        var partial = Assert.Throws<PartialFailureException>(results.ThrowIfAnyFailed);
        Assert.Contains(there, partial.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ToValidateOnly_CreatesNothing()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();
        string name = ClientTarget.NewName("maybe");

        var results = await client.Admin.Topics.CreateAsync([new NewTopic(name, 2, 1)], validateOnly: true);

        results.ThrowIfAnyFailed();
        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Topics.DescribeAsync(name));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, failure.ErrorCode);
    }

    [Fact]
    public async Task Delete_OfATopic_TakesItAway()
    {
        var target = await ClientTarget.SharedAsync();
        string name = await target.CreateTopicAsync("gone");
        await using var client = target.NewClient();

        await client.Admin.Topics.DeleteAsync(name);

        await EventuallyAsync(() => client.Admin.Topics.ListAsync(), topics => topics.All(topic => topic.Name != name));
        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Topics.DeleteAsync(name));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, failure.ErrorCode);
    }

    [Fact]
    public async Task AddPartitions_GivesMore_AndNeverFewer()
    {
        var target = await ClientTarget.SharedAsync();
        string name = await target.CreateTopicAsync("grown");
        await using var client = target.NewClient();

        await client.Admin.Topics.AddPartitionsAsync(name, 3);

        await EventuallyAsync(() => client.Admin.Topics.DescribeAsync(name), topic => topic.Partitions.Length == 3);
        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Topics.AddPartitionsAsync(name, 2));
        Assert.Equal(ErrorCode.InvalidPartitions, failure.ErrorCode);
    }

    [Fact]
    public async Task ListOffsets_AndDeleteRecords_FollowTheLog()
    {
        var target = await ClientTarget.SharedAsync();
        string name = await target.CreateTopicAsync("counted", 2);
        await using var client = target.NewClient();
        var partition = new TopicPartition(name, 0);
        await RecordWriter.WriteAsync(target, partition, 5);

        Assert.Equal([5L, 0L], (await client.Admin.Partitions.ListOffsetsAsync(name, OffsetSpec.Latest)).Select(found => found.Offset.Value));
        var low = await client.Admin.Partitions.DeleteRecordsAsync(
            new Dictionary<TopicPartition, Offset> { [partition] = new Offset(3) });

        Assert.Equal(new Offset(3), low[partition]);
        var earliest = await client.Admin.Partitions.ListOffsetsAsync(
            new Dictionary<TopicPartition, OffsetSpec>
            {
                [partition] = OffsetSpec.Earliest,
                [new TopicPartition(name, 1)] = OffsetSpec.Earliest,
                [new TopicPartition(name, 9)] = OffsetSpec.Earliest,
            });
        Assert.Equal(new Offset(3), earliest[partition].Offset);
        Assert.Equal(Offset.Zero, earliest[new TopicPartition(name, 1)].Offset);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, earliest.Failures[new TopicPartition(name, 9)].ErrorCode);
        Assert.Equal(
            Offset.None,
            (await client.Admin.Partitions.ListOffsetsAsync(name, OffsetSpec.At(DateTimeOffset.UtcNow.AddDays(1))))[0].Offset);
    }

    [Fact]
    public async Task DescribeProducers_OfAPartition_TellsWhoWroteIdempotently()
    {
        var target = await ClientTarget.SharedAsync();
        var partition = new TopicPartition(await target.CreateTopicAsync("produced"), 0);
        await using var client = target.NewClient();
        await RecordWriter.WriteAsync(target, partition, 2, producerId: 4711);

        var producer = Assert.Single((await client.Admin.Partitions.DescribeProducersAsync([partition]))[partition]);

        Assert.Equal((4711L, 1), (producer.ProducerId, producer.LastSequence));
    }

    [Fact]
    public async Task Reassignments_WhereNothingMoves_AreNone()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();

        Assert.Empty(await client.Admin.Partitions.ListReassignmentsAsync());
    }

    [KafkaOnlyFact]
    public async Task ElectLeaders_WhereTheLeaderIsTheWantedOne_SaysSo()
    {
        var target = await ClientTarget.SharedAsync();
        var partition = new TopicPartition(await target.CreateTopicAsync("elected"), 0);
        await using var client = target.NewClient();

        var results = await client.Admin.Partitions.ElectLeadersAsync(ElectionType.Preferred, [partition]);

        Assert.Equal(ErrorCode.ElectionNotNeeded, results.Failures[partition].ErrorCode);
        await client.Admin.Partitions.ReassignAsync(new Dictionary<TopicPartition, IReadOnlyList<int>?> { [partition] = [1] });
    }

    [Fact]
    public async Task Topics_AreDescribedAndDeletedByTheirIds()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient();
        string name = ClientTarget.NewName("by-id");
        Guid id = (await client.Admin.Topics.CreateAsync(name, 2)).Id;

        var described = await EventuallyAsync(() => client.Admin.Topics.DescribeAsync(id), topic => topic.Partitions.Length == 2);
        Assert.Equal((name, id), (described.Name, described.Id));
        Guid nobody = Guid.NewGuid();
        Assert.Equal(ErrorCode.UnknownTopicId, (await client.Admin.Topics.DescribeAsync([id, nobody])).Failures[nobody].ErrorCode);

        await client.Admin.Topics.DeleteAsync(id);
        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Topics.DeleteAsync(nobody));
        Assert.Equal(ErrorCode.UnknownTopicId, failure.ErrorCode);
        Assert.DoesNotContain(await client.Admin.Topics.ListAsync(), topic => topic.Id == id);
    }

    [Fact]
    public async Task ListOffsets_OfPartitionsThatWereAddedElsewhere_FindsThem()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("added", 1);
        await using var client = target.NewClient();
        await using var other = target.NewClient();
        Assert.Single(await client.Admin.Partitions.ListOffsetsAsync(topic, OffsetSpec.Latest));

        await other.Admin.Topics.AddPartitionsAsync(topic, 3);
        await EventuallyAsync(() => other.Admin.Topics.DescribeAsync(topic), told => told.Partitions.Length == 3);

        var wanted = new Dictionary<TopicPartition, OffsetSpec> { [new TopicPartition(topic, 2)] = OffsetSpec.Latest };
        Assert.Empty((await client.Admin.Partitions.ListOffsetsAsync(wanted)).Failures);
        await using var third = target.NewClient();
        Assert.Equal(3, (await third.Admin.Partitions.ListOffsetsAsync(topic, OffsetSpec.Latest)).Count);
    }

    [Fact]
    public async Task AddPartitions_OnChosenBrokers_PutsThemThere()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("chosen");
        await using var client = target.NewClient();
        int broker = (await client.Admin.Cluster.DescribeAsync()).Brokers[0].Id;

        await client.Admin.Topics.AddPartitionsAsync(new Dictionary<string, NewPartitions> { [topic] = new(3, [[broker], [broker]]) });
        var refused = await Assert.ThrowsAsync<KafkaException>(
            () => client.Admin.Topics.AddPartitionsAsync(new Dictionary<string, NewPartitions> { [topic] = new(4, [[broker + 7]]) }));
        string assigned = ClientTarget.NewName("assigned");
        await client.Admin.Topics.CreateAsync(new NewTopic(assigned) { ReplicaAssignments = [[broker], [broker]] });

        Assert.Equal(ErrorCode.InvalidReplicaAssignment, refused.ErrorCode);
        var described = await EventuallyAsync(() => client.Admin.Topics.DescribeAsync(topic), told => told.Partitions.Length == 3);
        Assert.All(described.Partitions, partition => Assert.Equal(broker, Assert.Single(partition.Replicas)));
        described = await EventuallyAsync(() => client.Admin.Topics.DescribeAsync(assigned), told => told.Partitions.Length == 2);
        Assert.All(described.Partitions, partition => Assert.Equal(broker, Assert.Single(partition.Replicas)));
    }

    internal static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> isRight)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            try
            {
                var answer = await ask();
                if (isRight(answer)) return answer;
            }
            catch (KafkaException failure) when (failure.ErrorCode == ErrorCode.UnknownTopicOrPartition)
            {
                // Kafka tells all its parts of a new topic a moment later.
            }
            await Task.Delay(20, limit.Token);
        }
    }
}
