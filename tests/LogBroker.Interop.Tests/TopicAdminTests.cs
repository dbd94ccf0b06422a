using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

[Collection(SharedBroker.Name)]
public sealed class TopicAdminTests(BrokerFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Administrators => ForeignClients.WhereTrue(client => client.Administers);

    public static TheoryData<string> Everyone => ForeignClients.WhereTrue(_ => true);

    [Theory, MemberData(nameof(Administrators))]
    public async Task CreateTopic_ByClient_IsDescribedListedAndDeleted(string name)
    {
        ForeignClient client = ForeignClients.Named(name);
        string topic = BrokerFixture.NewTopic("admin");

        await client.CreateTopicAsync(fixture.Bootstrap, topic, 3, "cleanup.policy=compact", "retention.ms=-1");
        await TopicSetup.AwaitLeadersAsync(client, fixture.Bootstrap, topic, 3);
        Assert.Contains(topic, await client.ListTopicsAsync(fixture.Bootstrap));

        await client.DeleteTopicAsync(fixture.Bootstrap, topic);
        await Deadline.PollAsync(
            async () => !(await client.ListTopicsAsync(fixture.Bootstrap)).Contains(topic),
            Limit,
            () => $"{topic} is still listed");
    }

    [Theory, MemberData(nameof(Administrators))]
    public async Task CreateTopic_ThatExists_IsRefused(string name)
    {
        ForeignClient client = ForeignClients.Named(name);
        string topic = await fixture.CreateTopicAsync("twice");

        Exception refusal = await Assert.ThrowsAnyAsync<Exception>(
            () => client.CreateTopicAsync(fixture.Bootstrap, topic, 1));

        Assert.Contains("exist", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(Everyone))]
    public async Task DescribeTopic_ByEveryClient_ShowsItsPartitionsAndLeader(string name)
    {
        string topic = await fixture.CreateTopicAsync("described", partitions: 4);

        IReadOnlyList<int> leaders = await ForeignClients.Named(name).DescribeLeadersAsync(fixture.Bootstrap, topic);

        Assert.Equal(4, leaders.Count);
        Assert.Single(leaders.Distinct());
    }
}
