using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Consumers that share a topic, by each protocol.</summary>
public sealed class GroupTests(QuickGroupTarget quick) : IClassFixture<QuickGroupTarget>
{
    public static TheoryData<GroupProtocol, PartitionAssignor?> Protocols => new()
    {
        { GroupProtocol.Classic, PartitionAssignor.Range },
        { GroupProtocol.Classic, PartitionAssignor.RoundRobin },
        { GroupProtocol.Classic, PartitionAssignor.Sticky },
        { GroupProtocol.Classic, PartitionAssignor.CooperativeSticky },
        { GroupProtocol.Consumer, null },
        { GroupProtocol.Auto, null },
    };

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Group_MembersComeAndGo_EachPartitionHasOneOwnerAndNothingIsMissed(GroupProtocol protocol, PartitionAssignor? assignor)
    {
        const int Partitions = 4;
        var target = quick.Target;
        string topic = await target.CreateTopicAsync("group", Partitions);
        string group = ClientTarget.NewName("group");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 200, Partitions);
        var options = Options(protocol, assignor);

        var first = new GroupMemberRun(target, group, options, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => first.Records.Count == 200, "the first reads all");
        var second = new GroupMemberRun(target, group, options, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => first.Owned == 2 && second.Owned == 2, "two partitions each");
        Assert.Empty(first.Consumer.Assignment.Intersect(second.Consumer.Assignment));
        await Filling.FillAsync(client, topic, 200, Partitions, first: 200);
        await Filling.UntilAsync(() => first.Records.Count + second.Records.Count == 400, "both read all");

        await first.StopAsync();
        await Filling.UntilAsync(() => second.Owned == Partitions, "the second has all");
        await Filling.FillAsync(client, topic, 200, Partitions, first: 400);
        await Filling.UntilAsync(() => first.Records.Count + second.Records.Count >= 600, "the second reads all");
        await second.StopAsync();

        var values = first.Records.Concat(second.Records).Select(record => record.Value).ToList();
        Assert.Equal(600, values.Distinct().Count());
        Assert.True(values.Count <= 602, $"{values.Count} records for 600"); // The record in work when a member stops is not done.
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Group_MemberIsKilled_OthersTakeItsPartitions(GroupProtocol protocol, PartitionAssignor? assignor)
    {
        var target = quick.Target;
        string topic = await target.CreateTopicAsync("kill", 4);
        string group = ClientTarget.NewName("kill");
        await using var client = target.NewClient();
        var missedSoon = TimeSpan.FromMilliseconds(1500);
        await client.Admin.Configs.AlterAsync(
            ConfigResource.Group(group), [ConfigChange.Set("consumer.session.timeout.ms", $"{missedSoon.TotalMilliseconds}")]);
        var options = Options(protocol, assignor);
        var killed = new GroupMemberRun(target, group, options with { SessionTimeout = missedSoon }, consumer => consumer.Subscribe(topic));
        await using var survivor = new GroupMemberRun(target, group, options, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => killed.Owned == 2 && survivor.Owned == 2, "two partitions each");

        await killed.KillAsync();

        await Filling.UntilAsync(() => survivor.Owned == 4, "the survivor has all");
        await Filling.FillAsync(client, topic, 40, 4);
        // The survivor is missed as soon, and reads some again when it was slow.
        await Filling.UntilAsync(
            () => survivor.Records.Select(record => (record.TopicPartition, record.Offset)).Distinct().Count() == 40, "the survivor reads all");
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Cooperative_SecondMemberJoins_PartitionsThatStayAreNotInterrupted(GroupProtocol protocol)
    {
        var target = quick.Target;
        string topic = await target.CreateTopicAsync("coop", 4);
        string group = ClientTarget.NewName("coop");
        var options = Options(protocol, protocol == GroupProtocol.Classic ? PartitionAssignor.CooperativeSticky : null);
        await using var first = new GroupMemberRun(target, group, options, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => first.Owned == 4, "all partitions");
        await using var second = new GroupMemberRun(target, group, options, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => first.Owned == 2 && second.Owned == 2, "two partitions each");

        var revoked = first.Events.Where(happened => happened.StartsWith("revoked", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, revoked.Sum(happened => happened.Split(' ').Length - 1));
        Assert.DoesNotContain(first.Events, happened => happened.StartsWith("lost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task StaticMember_ComesBack_HasItsPartitionsWithoutARebalanceOfOthers(GroupProtocol protocol)
    {
        var target = quick.Target;
        string topic = await target.CreateTopicAsync("static", 4);
        string group = ClientTarget.NewName("static");
        var options = Options(protocol, protocol == GroupProtocol.Classic ? PartitionAssignor.Range : null);
        var first = new GroupMemberRun(target, group, options with { GroupInstanceId = "one" }, consumer => consumer.Subscribe(topic));
        await using var second = new GroupMemberRun(
            target, group, options with { GroupInstanceId = "two" }, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(
            () => first.Owned == 2 && second.Owned == 2 && first.Told == 2 && second.Told == 2, "two partitions each, and told so");
        var had = first.Consumer.Assignment.ToHashSet();
        int events = second.Events.Count;

        await first.StopAsync();
        await using var again = new GroupMemberRun(
            target, group, options with { GroupInstanceId = "one" }, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => again.Owned == 2, "its partitions again");

        Assert.True(had.SetEquals(again.Consumer.Assignment));
        Assert.Equal(events, second.Events.Count);
    }

    /// <summary>It is told to hand nothing out when it comes back (KIP-814), and has to look after the topics all the same.</summary>
    [Fact]
    public async Task StaticLeader_CameBack_HandsOutPartitionsThatAreAdded()
    {
        var target = quick.Target;
        string topic = await target.CreateTopicAsync("leader", 2);
        string group = ClientTarget.NewName("leader");
        var options = Options(GroupProtocol.Classic, PartitionAssignor.Range) with { GroupInstanceId = "one" };
        var first = new GroupMemberRun(target, group, options, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => first.Owned == 2, "both partitions");
        await first.StopAsync();
        await using var again = new GroupMemberRun(target, group, options, consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => again.Owned == 2, "both partitions again");

        await using var client = target.NewClient();
        await client.Admin.Topics.AddPartitionsAsync(topic, 4);
        await again.Consumer.Core.Context.Cluster.Metadata.RefreshAsync(default);

        await Filling.UntilAsync(() => again.Owned == 4, "the added partitions too");
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Pattern_TopicIsCreatedLater_IsReadToo(GroupProtocol protocol)
    {
        var target = quick.Target;
        string prefix = ClientTarget.NewName("pattern");
        string topic = await target.CreateTopicAsync(prefix + "-a");
        await using var client = target.NewClient(options => options with { MetadataAgeMax = TimeSpan.FromMilliseconds(300) });
        await Filling.FillAsync(client, topic, 5);
        await using var consumer = client.CreateConsumer<string, string>(
            ClientTarget.NewName("group"), Filling.FromStart(protocol) with { AutoCommit = false });
        consumer.SubscribePattern($"{prefix}-.*");
        Assert.Equal(5, (await Filling.ReadAsync(consumer, 5)).Count);
        await consumer.CommitAsync();

        string later = await target.CreateTopicAsync(prefix + "-b");
        await Filling.FillAsync(client, later, 5);

        var more = await Filling.ReadAsync(consumer, 5);
        Assert.All(more, record => Assert.Equal(later, record.Topic));
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Subscribe_OtherTopic_GivesUpTheFirst(GroupProtocol protocol)
    {
        var target = quick.Target;
        string one = await target.CreateTopicAsync("one");
        string two = await target.CreateTopicAsync("two");
        await using var member = new GroupMemberRun(
            target, ClientTarget.NewName("group"), Filling.FromStart(protocol), consumer => consumer.Subscribe(one));
        await Filling.UntilAsync(() => member.Owned == 1, "the first topic");
        member.Consumer.Subscribe(two);
        await Filling.UntilAsync(() => member.Consumer.Assignment.Contains(Filling.At(two)), "the second topic");
        Assert.DoesNotContain(Filling.At(one), member.Consumer.Assignment);
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task MaxPollInterval_ReaderDoesNotComeBack_GivesItsPartitionsAndJoinsAgain(GroupProtocol protocol)
    {
        var target = quick.Target;
        string topic = await target.CreateTopicAsync("stall", 2);
        string group = ClientTarget.NewName("stall");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 20, 2);
        var options = Filling.FromStart(protocol) with { MaxPollInterval = TimeSpan.FromSeconds(1) };
        await using var slow = client.CreateConsumer<string, string>(group, options);
        slow.Subscribe(topic);
        using var limit = new CancellationTokenSource(Filling.Patience);
        await using var records = slow.ReadAsync(limit.Token).GetAsyncEnumerator();
        Assert.True(await records.MoveNextAsync());
        await using var other = new GroupMemberRun(target, group, options with { MaxPollInterval = TimeSpan.FromMinutes(5) }, consumer => consumer.Subscribe(topic));

        await Filling.UntilAsync(() => other.Owned == 2, "the other has all");
        var next = records.MoveNextAsync();
        await Filling.UntilAsync(() => other.Owned == 1 && slow.Assignment.Count == 1, "it is back");
        await Filling.FillAsync(client, topic, 20, 2, first: 20);
        Assert.True(await next);
    }

    private static ConsumerOptions Options(GroupProtocol protocol, PartitionAssignor? assignor) =>
        Filling.FromStart(protocol) with { Assignors = assignor is { } one ? [one] : null };
}
