using System.Collections.Immutable;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Tests;

/// <summary>The messages were read off Apache Kafka 4.3.1's answers.</summary>
public sealed class CatalogueTopicTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task CreateTopic_Defaults_IsInTheImageWhenItReturns()
    {
        await using var host = await CatalogueHost.StartAsync("num.partitions=3");

        var result = await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "t" }, None);

        Assert.Null(result.Error);
        Assert.True(host.Catalogue.Image.TryGetTopic("t", out var topic));
        Assert.Equal(result.Topic!.Id, topic.Id);
        Assert.NotEqual(Guid.Empty, topic.Id);
        Assert.Equal([0, 1, 2], topic.Partitions.Select(partition => partition.Index));
        Assert.All(topic.Partitions, partition =>
        {
            Assert.Equal((1, 0), (partition.Leader, partition.LeaderEpoch.Value));
            Assert.Equal([1], partition.Replicas.ToArray());
            Assert.Equal([1], partition.InSyncReplicas.ToArray());
        });
        Assert.True(host.Catalogue.Image.TryGetTopic(topic.Id, out var byId));
        Assert.Same(topic, byId);
    }

    [Theory]
    [InlineData("", 17, "Topic name is invalid: the empty string is not allowed")]
    [InlineData(".", 17, "Topic name is invalid: '.' is not allowed")]
    [InlineData("..", 17, "Topic name is invalid: '..' is not allowed")]
    [InlineData("a b", 17,
        "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("../a", 17,
        "Topic name is invalid: '../a' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("ä", 17,
        "Topic name is invalid: 'ä' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("old.name", 36, "Topic 'old.name' already exists.")]
    [InlineData("old_name", 17, "Topic 'old_name' collides with existing topic: old.name")]
    [InlineData("__cluster_metadata", 42, "Creation of internal topic __cluster_metadata is prohibited.")]
    public async Task CreateTopic_BadName_IsRefused(string name, short error, string message)
    {
        await using var host = await CatalogueHost.StartAsync();
        await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "old.name" }, None);

        // Whatever else is wrong, the name is said first.
        await AssertRefusedAsync(host, new NewTopic { Name = name, PartitionCount = 0 }, error, message);
        Assert.Equal(["old.name"], host.Catalogue.Image.Topics.Keys);
    }

    [Theory]
    [InlineData(249, true)]
    [InlineData(250, false)]
    [InlineData(5000, false)]
    public async Task CreateTopic_LongName_IsTakenUpTo249(int length, bool isTaken)
    {
        await using var host = await CatalogueHost.StartAsync();
        var name = new string('x', length);

        var result = await host.Catalogue.CreateTopicAsync(new NewTopic { Name = name }, None);

        Assert.Equal(
            isTaken ? null : $"Topic name is invalid: the length of '{name}' is longer than the max allowed length 249",
            result.Error?.Message);
    }

    [Theory]
    [InlineData(0, 1, 37, "Number of partitions was set to an invalid non-positive value.")]
    [InlineData(-2, 1, 37, "Number of partitions was set to an invalid non-positive value.")]
    [InlineData(0, 2, 37, "Number of partitions was set to an invalid non-positive value.")]
    [InlineData(1, 0, 38, "Replication factor must be larger than 0, or -1 to use the default value.")]
    [InlineData(0, 0, 38, "Replication factor must be larger than 0, or -1 to use the default value.")]
    [InlineData(1, -2, 38, "Replication factor must be larger than 0, or -1 to use the default value.")]
    [InlineData(1, 2, 38, "Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached " +
        "because only 1 broker(s) are registered or some brokers have all their log directories cordoned.")]
    [InlineData(10001, 1, 44, "Excessively large number of partitions per request.")]
    public async Task CreateTopic_BadCounts_IsRefused(int partitions, int factor, short error, string message)
    {
        await using var host = await CatalogueHost.StartAsync();

        await AssertRefusedAsync(
            host, new NewTopic { Name = "t", PartitionCount = partitions, ReplicationFactor = factor }, error, message);
    }

    [Theory]
    [InlineData("0:1 1:1", -1, -1, 0, null)]
    [InlineData("1:1 0:1", -1, -1, 0, null)]
    [InlineData("0:1", 1, -1, 42, "A manual partition assignment was specified, but numPartitions was not set to -1.")]
    [InlineData("0:1", -1, 1, 42, "A manual partition assignment was specified, but replication factor was not set to -1.")]
    [InlineData("0:1 2:1", -1, -1, 39, "partitions should be a consecutive 0-based integer sequence")]
    [InlineData("1:1", -1, -1, 39, "partitions should be a consecutive 0-based integer sequence")]
    [InlineData("-1:1", -1, -1, 39, "partitions should be a consecutive 0-based integer sequence")]
    [InlineData("0:1 0:1", -1, -1, 39, "Found multiple manual partition assignments for partition 0")]
    [InlineData("0:", -1, -1, 39, "The manual partition assignment includes an empty replica list.")]
    [InlineData("0:1,1", -1, -1, 39, "The manual partition assignment includes the broker 1 more than once.")]
    [InlineData("0:7", -1, -1, 39, "The manual partition assignment includes broker 7, but no such broker is registered.")]
    [InlineData("0:-1", -1, -1, 39, "The manual partition assignment includes broker -1, but no such broker is registered.")]
    [InlineData("0:1 1:1,2", -1, -1, 39,
        "The manual partition assignment includes broker 2, but no such broker is registered.")]
    public async Task CreateTopic_ManualAssignments_AreChecked(
        string assignments, int partitions, int factor, short error, string? message)
    {
        await using var host = await CatalogueHost.StartAsync();
        var request = new NewTopic
        {
            Name = "t",
            PartitionCount = partitions,
            ReplicationFactor = factor,
            Assignments =
            [
                .. assignments.Split(' ').Select(text => text.Split(':')).Select(pair => new ManualAssignment(
                    int.Parse(pair[0], null),
                    [.. pair[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)])),
            ],
        };

        var result = await host.Catalogue.CreateTopicAsync(request, None);

        Assert.Equal(((ErrorCode)error, message), (result.Error?.Code ?? ErrorCode.None, result.Error?.Message));
    }

    [Fact]
    public async Task CreateTopic_Configs_AreCheckedAndKept()
    {
        await using var host = await CatalogueHost.StartAsync();
        await AssertRefusedAsync(host, With(("foo", "1")), 40, "Unknown topic config name: foo");
        await AssertRefusedAsync(
            host, With(("foo", "1")) with { PartitionCount = 0 }, 40, "Unknown topic config name: foo");
        await AssertRefusedAsync(
            host, With(("retention.ms", null)), 40, "Null value not supported for topic configs: retention.ms");
        await AssertRefusedAsync(host, With(("retention.ms", "x")), 40,
            "Invalid value x for configuration retention.ms: Not a number of type LONG");

        var result = await host.Catalogue.CreateTopicAsync(With(("retention.ms", "5"), ("retention.ms", "6")), None);

        Assert.Null(result.Error);
        Assert.Equal([KeyValuePair.Create("retention.ms", "6")], result.Configs);
        Assert.Equal(result.Configs, host.Catalogue.Image.ConfigsOf(ConfigResource.Topic("t")));
        Assert.Equal(TimeSpan.FromMilliseconds(6), host.Catalogue.SettingsOf("t", host.Catalogue.Image).RetentionTime);
    }

    [Fact]
    public async Task CreateTopics_Several_AnswersInOrderAndOnceForDuplicates()
    {
        await using var host = await CatalogueHost.StartAsync();
        NewTopic[] request =
        [
            new() { Name = "b" }, new() { Name = "a.x" }, new() { Name = "twice" }, new() { Name = "a_x" },
            new() { Name = "twice", PartitionCount = 2 }, .. Enumerable.Range(0, 40).Select(i => new NewTopic { Name = $"n{i}" }),
        ];

        var results = await host.Catalogue.CreateTopicsAsync(request, validateOnly: false, None);

        Assert.Equal(request.Select(topic => topic.Name).Distinct(), results.Select(result => result.Name));
        Assert.Equal(new CommandError(ErrorCode.InvalidRequest, "Duplicate topic name."), results[2].Error);
        Assert.Equal("Topic 'a_x' collides with existing topic: a.x", results[3].Error!.Message);
        Assert.All(results.Where((_, index) => index is not (2 or 3)), result => Assert.Null(result.Error));
        Assert.Equal(42, host.Catalogue.Image.Topics.Count);
    }

    [Fact]
    public async Task CreateTopics_TooManyTogether_AreAllRefused()
    {
        await using var host = await CatalogueHost.StartAsync();

        var results = await host.Catalogue.CreateTopicsAsync(
            [new NewTopic { Name = "a", PartitionCount = 6000 }, new NewTopic { Name = "b", PartitionCount = 6000 }], false, None);

        Assert.All(results, result => Assert.Equal(ErrorCode.PolicyViolation, result.Error!.Code));
    }

    [Fact]
    public async Task CreateTopics_ValidateOnly_ChangesNothing()
    {
        await using var host = await CatalogueHost.StartAsync();
        long revision = host.Catalogue.Image.Revision;

        var results = await host.Catalogue.CreateTopicsAsync(
            [new NewTopic { Name = "t", PartitionCount = 4 }, new NewTopic { Name = "." }], validateOnly: true, None);

        Assert.Equal(4, results[0].Topic!.Partitions.Length);
        Assert.Equal(ErrorCode.InvalidTopicException, results[1].Error!.Code);
        Assert.Equal(revision, host.Catalogue.Image.Revision);
    }

    [Fact]
    public async Task DeleteTopics_EveryKindOfReference_IsAnswered()
    {
        await using var host = await CatalogueHost.StartAsync();
        await host.Catalogue.CreateTopicsAsync(
            [new NewTopic { Name = "a", Configs = [new("retention.ms", "5")] },
                new NewTopic { Name = "b" }, new NewTopic { Name = "c" }, new NewTopic { Name = "d" }], false, None);
        var b = host.Catalogue.Image.Topics["b"].Id;
        var unknown = Guid.NewGuid();

        var results = await host.Catalogue.DeleteTopicsAsync(
            [
                new(null, b), new("a", default), new("nope", default), new(null, unknown), new(null, default),
                new("c", unknown), new("d", default), new("d", default),
            ],
            None);

        Assert.Equal(
            [
                new("b", b, null),
                new("a", results[1].Id, null),
                Failed("nope", default, 3, "This server does not host this topic-partition."),
                Failed(null, unknown, 100, "This server does not host this topic ID."),
                Failed(null, default, 42, "Neither topic name nor id were specified."),
                Failed("c", unknown, 42, "You may not specify both topic name and topic id."),
                Failed("d", host.Catalogue.Image.Topics["d"].Id, 42, "Duplicate topic name."),
            ],
            results.ToArray());
        Assert.Equal(["c", "d"], host.Catalogue.Image.Topics.Keys);
        Assert.False(host.Catalogue.Image.TryGetTopic(b, out _));
        Assert.Empty(host.Catalogue.Image.ConfigsOf(ConfigResource.Topic("a")));
    }

    [Fact]
    public async Task DeleteTopic_Recreated_HasANewIdAndAFreeName()
    {
        await using var host = await CatalogueHost.StartAsync();
        var before = await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "a.b" }, None);
        await host.Catalogue.DeleteTopicsAsync([new("a.b", default)], None);

        var colliding = await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "a_b" }, None);
        await host.Catalogue.DeleteTopicsAsync([new("a_b", default)], None);
        var after = await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "a.b" }, None);

        Assert.Null(colliding.Error);
        Assert.NotEqual(before.Topic!.Id, after.Topic!.Id);
    }

    [Theory]
    [InlineData("t", 2, null, 37, "Topic already has 2 partition(s).")]
    [InlineData("t", 1, null, 37, "The topic t currently has 2 partition(s); 1 would not be an increase.")]
    [InlineData("t", -1, null, 37, "The topic t currently has 2 partition(s); -1 would not be an increase.")]
    [InlineData("nope", 3, null, 3, null)]
    [InlineData("a/b", 3, null, 3, null)]
    [InlineData("t", 4, "1", 39, "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.")]
    [InlineData("t", 3, "", 39, "Attempted to add 1 additional partition(s), but only 0 assignment(s) were specified.")]
    [InlineData("t", 3, "7", 39, "The manual partition assignment includes broker 7, but no such broker is registered.")]
    [InlineData("t", 3, "1,1", 39, "The manual partition assignment includes the broker 1 more than once.")]
    [InlineData("t", 10003, null, 44, "Excessively large number of partitions per request.")]
    public async Task CreatePartitions_Bad_IsRefused(string topic, int count, string? assignments, short error, string? message)
    {
        await using var host = await CatalogueHost.StartAsync();
        await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "t", PartitionCount = 2 }, None);
        ImmutableArray<ImmutableArray<int>>? brokers = assignments is null
            ? null
            : [.. assignments.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(text => text.Split(',').Select(int.Parse).ToImmutableArray())];

        var results = await host.Catalogue.CreatePartitionsAsync([new NewPartitions(topic, count, brokers)], false, None);

        Assert.Equal(new CreatePartitionsResult(topic, new CommandError((ErrorCode)error, message)), Assert.Single(results));
    }

    [Fact]
    public async Task CreatePartitions_Good_KeepsTheTopicAndItsId()
    {
        await using var host = await CatalogueHost.StartAsync();
        var created = await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "t", PartitionCount = 2 }, None);

        var validated = await host.Catalogue.CreatePartitionsAsync([new NewPartitions("t", 9)], validateOnly: true, None);
        Assert.Equal(2, host.Catalogue.Image.Topics["t"].Partitions.Length);
        var results = await host.Catalogue.CreatePartitionsAsync(
            [new NewPartitions("t", 5), new NewPartitions("u", 5), new NewPartitions("u", 6)], false, None);

        Assert.Null(validated[0].Error);
        Assert.Equal([null, "Duplicate topic name."], results.Select(result => result.Error?.Message));
        Assert.Equal(5, host.Catalogue.Image.Topics["t"].Partitions.Length);
        Assert.Equal(created.Topic!.Id, host.Catalogue.Image.Topics["t"].Id);
    }

    private static NewTopic With(params (string, string?)[] configs) => new()
    {
        Name = "t",
        Configs = [.. configs.Select(config => KeyValuePair.Create(config.Item1, config.Item2))],
    };

    private static DeleteTopicResult Failed(string? name, Guid id, short error, string message) =>
        new(name, id, new CommandError((ErrorCode)error, message));

    private static async Task AssertRefusedAsync(CatalogueHost host, NewTopic topic, short error, string? message)
    {
        var result = await host.Catalogue.CreateTopicAsync(topic, None);

        Assert.Equal(new CommandError((ErrorCode)error, message), result.Error);
        Assert.Null(result.Topic);
    }
}
