using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Answers that brokers of other kinds, versions and sizes give.</summary>
public sealed class AdminAnswerTests
{
    [Fact]
    public async Task DeleteTopics_OfABrokerThatKnowsNamesOnly_NamesThem()
    {
        await using var broker = new ScriptedBroker { VersionMax = { [ApiKey.DeleteTopics] = 5 } };
        broker.Answer<DeleteTopicsRequest>((request, _) => new DeleteTopicsResponse
        {
            Responses = [.. request.TopicNames.Select(name => new DeleteTopicsResponse.DeletableTopicResult { Name = name })],
        });
        await using var client = new LogBrokerClient(broker.Bootstrap);

        await client.Admin.Topics.DeleteAsync(["a", "b"]);
        var refused = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Topics.DeleteAsync(Guid.NewGuid()));

        Assert.Equal(ErrorCode.UnsupportedVersion, refused.ErrorCode);
    }

    [Fact]
    public async Task DescribeTopics_InPages_PutsThemTogether()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<DescribeTopicPartitionsRequest>((request, _) => PageOf(request));
        await using var client = new LogBrokerClient(broker.Bootstrap);

        var topics = await client.Admin.Topics.DescribeAsync(["b", "a", "missing"]);

        Assert.Equal([0, 1, 2], topics["a"].Partitions.Select(partition => partition.Index));
        Assert.Equal([0, 1, 2], topics["b"].Partitions.Select(partition => partition.Index));
        Assert.Equal(7, Assert.Single(topics["b"].Partitions[2].EligibleLeaderReplicas!.Value));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, topics.Failures["missing"].ErrorCode);
    }

    [Fact]
    public async Task DescribeGroups_WhereTheNewProtocolIsOff_AsksAboutClassicOnes()
    {
        await using var broker = new ScriptedBroker();
        AnswerCoordinator(broker);
        broker.Answer<ConsumerGroupDescribeRequest>((request, _) => new ConsumerGroupDescribeResponse
        {
            Groups = [.. request.GroupIds.Select(id => new ConsumerGroupDescribeResponse.DescribedGroup { GroupId = id, ErrorCode = ErrorCode.UnsupportedVersion })],
        });
        broker.Answer<DescribeGroupsRequest>((request, _) => new DescribeGroupsResponse
        {
            Groups = [.. request.Groups.Select(id => new DescribeGroupsResponse.DescribedGroup { GroupId = id, GroupState = "Empty" })],
        });
        await using var client = new LogBrokerClient(broker.Bootstrap);

        Assert.Equal(GroupState.Empty, (await client.Admin.Groups.DescribeAsync("g")).State);
    }

    [Fact]
    public async Task ShareGroupOffsets_OfAPartitionThatCannotBeTold_FailForIt()
    {
        await using var broker = new ScriptedBroker();
        AnswerCoordinator(broker);
        broker.Answer<DescribeShareGroupOffsetsRequest>((request, _) => new DescribeShareGroupOffsetsResponse
        {
            Groups =
            [
                new()
                {
                    GroupId = request.Groups[0].GroupId,
                    Topics =
                    [
                        new()
                        {
                            TopicName = "t",
                            Partitions = [new() { PartitionIndex = 0, StartOffset = 5 }, new() { PartitionIndex = 1, ErrorCode = ErrorCode.UnknownServerError }],
                        },
                    ],
                },
            ],
        });
        await using var client = new LogBrokerClient(broker.Bootstrap);

        var failure = await Assert.ThrowsAsync<PartialFailureException>(() => client.Admin.ShareGroups.ListOffsetsAsync("g"));

        Assert.Contains("t-1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Voters_AreAddedAndRemovedByIdAndDirectory()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<AddRaftVoterRequest>((_, _) => new AddRaftVoterResponse());
        broker.Answer<RemoveRaftVoterRequest>((_, _) => new RemoveRaftVoterResponse { ErrorCode = ErrorCode.VoterNotFound, ErrorMessage = "who?" });
        await using var client = new LogBrokerClient(broker.Bootstrap);
        Guid directory = Guid.NewGuid();

        await client.Admin.Cluster.AddVoterAsync(3, directory, [new RaftListener("CONTROLLER", "host", 9093)]);
        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Cluster.RemoveVoterAsync(4, directory));

        AddRaftVoterRequest added = Assert.Single(broker.Requests.Select(seen => seen.Request).OfType<AddRaftVoterRequest>());
        Assert.Equal((3, directory, 9093), (added.VoterId, added.VoterDirectoryId, Assert.Single(added.Listeners).Port));
        Assert.Equal(ErrorCode.VoterNotFound, failure.ErrorCode);
        Assert.Contains("who?", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListOffsets_OfAKindTheBrokerTakesForATime_AreRefused()
    {
        await using var broker = new ScriptedBroker { VersionMax = { [ApiKey.ListOffsets] = 6 } };
        broker.Answer<ListOffsetsRequest>((_, _) => throw new InvalidOperationException("it must not be asked"));
        await using var client = new LogBrokerClient(broker.Bootstrap);

        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Partitions.ListOffsetsAsync("t", OffsetSpec.MaxTimestamp));

        Assert.Equal(ErrorCode.UnsupportedVersion, failure.ErrorCode);
    }

    [Fact]
    public async Task ListGroups_ByStateOfABrokerThatCannot_IsRefusedInTheClientsTerms()
    {
        await using var broker = new ScriptedBroker { VersionMax = { [ApiKey.ListGroups] = 3 } };
        await using var client = new LogBrokerClient(broker.Bootstrap);

        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Groups.ListAsync(states: [GroupState.Stable]));

        Assert.Equal(ErrorCode.UnsupportedVersion, failure.ErrorCode);
    }

    [Fact]
    public async Task ListOffsets_OfManyPartitionsOfATopicThatIsGone_WaitForItOnce()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<MetadataRequest>((request, _) => new MetadataResponse
        {
            Brokers = [new() { NodeId = 1, Host = "127.0.0.1", Port = broker.Port }],
            Topics = [.. (request.Topics ?? []).Select(topic => new MetadataResponse.MetadataResponseTopic { Name = topic.Name, ErrorCode = ErrorCode.UnknownTopicOrPartition })],
        });
        await using var client = new LogBrokerClient(new ClientOptions
        {
            BootstrapServers = [broker.Bootstrap],
            TopicPropagationMax = TimeSpan.FromSeconds(1),
        });
        var wanted = Enumerable.Range(0, 60).ToDictionary(index => new TopicPartition("gone", index), _ => OffsetSpec.Latest);

        var results = await client.Admin.Partitions.ListOffsetsAsync(wanted).WaitAsync(TimeSpan.FromSeconds(30)); // not 60 seconds

        Assert.Equal(60, results.Failures.Count);
    }

    internal static void AnswerCoordinator(ScriptedBroker broker) => broker.Answer<FindCoordinatorRequest>((request, _) => new FindCoordinatorResponse
    {
        Coordinators = [.. request.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator { Key = key, NodeId = 1, Host = "127.0.0.1", Port = broker.Port })],
    });

    /// <summary>Two partitions at a time of topics with three each.</summary>
    private static DescribeTopicPartitionsResponse PageOf(DescribeTopicPartitionsRequest request)
    {
        const int Partitions = 3;
        var all = request.Topics.Select(topic => topic.Name).Where(name => name != "missing").Order(StringComparer.Ordinal)
            .SelectMany(name => Enumerable.Range(0, Partitions).Select(index => (Name: name, Index: index)))
            .Where(partition => request.Cursor is not { } from || string.CompareOrdinal(partition.Name, from.TopicName) > 0
                || (partition.Name == from.TopicName && partition.Index >= from.PartitionIndex))
            .ToList();
        var rest = all.Skip(2).ToList();
        return new DescribeTopicPartitionsResponse
        {
            Topics =
            [
                .. all.Take(2).GroupBy(partition => partition.Name).Select(topic => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(partition => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition { PartitionIndex = partition.Index, EligibleLeaderReplicas = [7] })],
                }),
                .. request.Topics.Where(topic => topic.Name == "missing").Select(topic => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
                {
                    Name = topic.Name,
                    ErrorCode = ErrorCode.UnknownTopicOrPartition,
                }),
            ],
            NextCursor = rest.Count == 0 ? null : new() { TopicName = rest[0].Name, PartitionIndex = rest[0].Index },
        };
    }
}
