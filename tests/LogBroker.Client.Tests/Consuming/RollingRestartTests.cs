namespace LogBroker.Client.Tests.Consuming;

/// <summary>A group whose members are restarted in turn while records come in.</summary>
public sealed class RollingRestartTests(QuickGroupTarget quick) : IClassFixture<QuickGroupTarget>
{
    [Theory]
    [InlineData(GroupProtocol.Classic, PartitionAssignor.Range)]
    [InlineData(GroupProtocol.Classic, PartitionAssignor.CooperativeSticky)]
    [InlineData(GroupProtocol.Consumer, null)]
    public async Task Group_RestartedMemberByMember_SkipsNothingAndRepeatsOnlyWhatWasInWork(
        GroupProtocol protocol, PartitionAssignor? assignor)
    {
        const int Members = 4;
        const int Partitions = 8;
        const int Rate = 200;
        string topic = await quick.Target.CreateTopicAsync("rolling", Partitions);
        string group = Targets.ClientTarget.NewName("rolling");
        var options = Filling.FromStart(protocol) with { Assignors = assignor is { } one ? [one] : null };
        var all = new List<GroupMemberRun>();
        GroupMemberRun Start()
        {
            var member = new GroupMemberRun(quick.Target, group, options, consumer => consumer.Subscribe(topic));
            all.Add(member);
            return member;
        }

        var members = Enumerable.Range(0, Members).Select(_ => Start()).ToArray();
        await Filling.UntilAsync(() => members.Sum(member => member.Owned) == Partitions, "all partitions are read");
        await using var client = quick.Target.NewClient();
        int written = 0;
        for (int index = 0; index < Members; index++)
        {
            await Filling.FillAsync(client, topic, Rate, Partitions, first: written);
            await members[index].StopAsync();
            await Filling.FillAsync(client, topic, Rate, Partitions, first: written + Rate);
            members[index] = Start();
            written += 2 * Rate;
        }

        await Filling.UntilAsync(() => Values().Distinct().Count() == written, "every record was read");
        foreach (var member in members) await member.StopAsync();
        int repeated = Values().Count() - written;
        Assert.True(repeated <= 2 * Members * Partitions, $"{repeated} records came twice");

        IEnumerable<string> Values() => all.ToArray().SelectMany(member => member.Records).Select(record => record.Value);
    }

    [Fact]
    public async Task Group_CoordinatorRestarts_GoesOnWithoutLosingPartitions()
    {
        await using var target = await Targets.ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("coordinator", 2);
        await using var client = target.NewClient();
        await using var member = new GroupMemberRun(
            target, Targets.ClientTarget.NewName("group"), Filling.FromStart(GroupProtocol.Classic), consumer => consumer.Subscribe(topic));
        await Filling.FillAsync(client, topic, 50, 2);
        await Filling.UntilAsync(() => member.Records.Count == 50, "the first records");
        await target.StopAsync();
        await target.StartAgainAsync();
        await Filling.FillAsync(client, topic, 50, 2, first: 50);
        await Filling.UntilAsync(() => member.Records.Select(record => record.Value).Distinct().Count() == 100, "the others too");
    }
}
