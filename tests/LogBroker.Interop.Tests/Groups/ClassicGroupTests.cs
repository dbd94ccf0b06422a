using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Groups;

/// <summary>Classic groups of real clients: members come late and are killed, the broker is killed, and all the time every
/// partition has at most one owner, and no record is left out.</summary>
[Collection(GroupBroker.Name)]
public sealed class ClassicGroupTests(GroupBrokerFixture fixture)
{
    public static TheoryData<string> Clients => [.. GroupClient.All.Select(client => client.Name)];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Group_OfOneClient_SharesPartitionsThroughKills(string name)
    {
        GroupClient client = GroupClient.Named(name);
        using TestedGroup group = await TestedGroup.StartAsync(fixture.Broker, $"group-{name}");
        GroupMember first = group.Join(client, "first-1");
        GroupMember second = group.Join(client, "second-2");
        await group.AwaitSharedAsync(first, second);

        GroupMember late = group.Join(client, "late-3");
        await group.AwaitSharedAsync(first, second, late);
        await group.AwaitDescribedAsync();
        await group.KillAsync(first);
        await group.AwaitSharedAsync(second, late);
        await group.AwaitDescribedAsync();
        await group.SurviveBrokerKillAsync();

        await group.FinishAsync();
    }

    /// <summary>All have an assignor called <c>range</c> but kafkajs, whose only one has a name of its own
    /// (<c>RoundRobinAssigner</c>); it is given one, as its users may.</summary>
    [Fact]
    public async Task Group_OfAllClients_SharesPartitionsThroughKills()
    {
        using TestedGroup group = await TestedGroup.StartAsync(fixture.Broker, "group-mixed");
        GroupMember killed = group.Join(GroupClient.Librdkafka, "librdkafka-1", "partition.assignment.strategy=range");
        GroupMember python = group.Join(GroupClient.Python, "python-2");
        GroupMember node = group.Join(GroupClient.KafkaJs, "node-3", "range");
        await group.AwaitSharedAsync(killed, python, node);

        GroupMember kcat = group.Join(GroupClient.Kcat, "kcat-4", "partition.assignment.strategy=range");
        GroupMember[] java = GroupClient.All.Contains(GroupClient.Java)
            ? [group.Join(GroupClient.Java, "java-5", "partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor")]
            : [];
        await group.AwaitSharedAsync([killed, python, node, kcat, .. java]);
        await group.AwaitDescribedAsync();
        await group.KillAsync(killed);
        await group.AwaitSharedAsync([python, node, kcat, .. java]);
        await group.AwaitDescribedAsync();
        await group.SurviveBrokerKillAsync();

        await group.FinishAsync();
    }

    /// <summary>Java and librdkafka have the cooperative protocol: partitions move one by one, the others are read on.</summary>
    [KafkaHomeFact]
    public async Task Group_OfCooperativeClients_KeepsWhatNeedNotMove()
    {
        using TestedGroup group = await TestedGroup.StartAsync(fixture.Broker, "group-cooperative");
        GroupMember java = group.Join(
            GroupClient.Java, "java-1", "partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        await group.AwaitSharedAsync(java);
        GroupMember other = group.Join(GroupClient.Librdkafka, "librdkafka-2", "partition.assignment.strategy=cooperative-sticky");
        await group.AwaitSharedAsync(java, other);
        await group.AwaitDescribedAsync();
        await group.KillAsync(other);
        await group.AwaitSharedAsync(java);
        await group.FinishAsync();
    }

    /// <summary>Without that assignor kafkajs has no protocol in common with the others, and may not join them.</summary>
    [Fact]
    public async Task Member_WithoutACommonAssignor_IsKeptOut()
    {
        using TestedGroup group = await TestedGroup.StartAsync(fixture.Broker, "group-stranger");
        GroupMember inside = group.Join(GroupClient.Librdkafka, "inside-1");
        await group.AwaitSharedAsync(inside);
        GroupMember outside = group.Join(GroupClient.KafkaJs, "outside-2");
        await group.AwaitEndAsync(outside, "supported protocols are incompatible with those of existing members");
        await group.AwaitDescribedAsync();
        await group.FinishAsync();
    }
}
