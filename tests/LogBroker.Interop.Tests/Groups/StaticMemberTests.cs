using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Groups;

/// <summary>Static members (KIP-345): who comes back within its session gets what it had, and nobody else notices.</summary>
[Collection(GroupBroker.Name)]
public sealed class StaticMemberTests(GroupBrokerFixture fixture)
{
    // Long enough for a JVM to come back on a busy machine.
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(45);

    /// <summary>kcat, kafka-python and kafkajs have no static members.</summary>
    public static TheoryData<string> Clients =>
        [.. GroupClient.All.Where(client => client == GroupClient.Librdkafka || client == GroupClient.Java).Select(client => client.Name)];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Restart_WithinTheSession_MovesNothing(string name)
    {
        GroupClient client = GroupClient.Named(name);
        using TestedGroup group = await TestedGroup.StartAsync(fixture.Broker, $"static-{name}");
        GroupMember first = group.JoinForLong(client, "first-1", Session, "group.instance.id=one");
        GroupMember second = group.JoinForLong(client, "second-2", Session, "group.instance.id=two");
        await group.AwaitSharedAsync(first, second);
        IReadOnlyList<int> owned = group.History.OwnedBy(first.Name);
        int assignments = group.History.AssignmentsOf(second.Name);

        await group.KillAsync(first);
        first = group.JoinForLong(client, "first-1", Session, "group.instance.id=one");
        await group.AwaitSharedAsync(first, second);
        await group.LeaveAsync(first);
        first = group.JoinForLong(client, "first-1", Session, "group.instance.id=one");
        await group.AwaitSharedAsync(first, second);

        Assert.Equal(owned, group.History.OwnedBy(first.Name));
        Assert.Equal(assignments, group.History.AssignmentsOf(second.Name));
        await group.AwaitDescribedAsync();
        await group.FinishAsync();
    }
}
