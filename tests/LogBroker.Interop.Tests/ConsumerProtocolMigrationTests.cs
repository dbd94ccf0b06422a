using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;
using Xunit.Abstractions;

namespace LogBroker.Interop.Tests;

/// <summary>A group goes from the classic protocol to that of KIP-848 and back, member by member, while the topic is written to: a
/// partition has one owner at any time, no record is left out.</summary>
public sealed class ConsumerProtocolMigrationTests(ITestOutputHelper output)
{
    private const string Consumer = "group.protocol=consumer";

    private static readonly string[] Classic = ["group.protocol=classic", "session.timeout.ms=6000", "heartbeat.interval.ms=500"];

    [KafkaHomeFact]
    public Task JavaMembers_EagerAssignor_Roll() => RunAsync(
        ConsumerProtocolClient.Java, "partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor");

    [KafkaHomeFact]
    public Task JavaMembers_CooperativeAssignor_Roll() => RunAsync(
        ConsumerProtocolClient.Java, "partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor");

    [ModernLibrdkafkaFact]
    public Task LibrdkafkaMembers_EagerAssignor_Roll() => RunAsync(
        ConsumerProtocolClient.Librdkafka, "partition.assignment.strategy=range");

    /// <summary>librdkafka's sticky leaders hide data of their own in assignments, which would be lost: Kafka refuses too.</summary>
    [ModernLibrdkafkaFact]
    public async Task LibrdkafkaMembers_CooperativeAssignor_CannotRollAndGoOn()
    {
        using ConsumerProtocolGroup group = await ConsumerProtocolGroup.StartAsync();
        string[] old = [.. Classic, "partition.assignment.strategy=cooperative-sticky"];
        await group.AddAsync(ConsumerProtocolClient.Librdkafka, "old-1", old);
        await group.AddAsync(ConsumerProtocolClient.Librdkafka, "old-2", old);

        await group.ExpectRefusalAsync(
            ConsumerProtocolClient.Librdkafka, "new-1", "The group id does not exist", Consumer);

        await group.AwaitProgressAsync();
        await ExpectTypeAsync(group, "Classic");
        await group.FinishAsync();
    }

    private async Task RunAsync(ConsumerProtocolClient client, string assignor)
    {
        using ConsumerProtocolGroup group = await ConsumerProtocolGroup.StartAsync();
        await group.AddAsync(client, "old-1", [.. Classic, assignor]);
        await group.AddAsync(client, "old-2", [.. Classic, assignor]);
        await ExpectTypeAsync(group, "Classic");

        await group.AddAsync(client, "new-1", Consumer);
        await ExpectTypeAsync(group, "Consumer");
        await group.StopAsync("old-1");
        await group.CrashBrokerAsync();
        await group.AwaitProgressAsync();
        await group.AddAsync(client, "new-2", Consumer);
        await group.StopAsync("old-2");
        await group.AwaitProgressAsync();

        await group.AddAsync(client, "back-1", [.. Classic, assignor]);
        await group.StopAsync("new-1");
        await group.AddAsync(client, "back-2", [.. Classic, assignor]);
        await group.AwaitProgressAsync();
        await ExpectTypeAsync(group, "Consumer");
        await group.StopAsync("new-2");
        await ExpectTypeAsync(group, "Classic");
        await group.AwaitProgressAsync();
        await group.FinishAsync();
        output.WriteLine($"{group.History.Processed} records, {group.History.Repetitions} of them twice");
    }

    private static async Task ExpectTypeAsync(ConsumerProtocolGroup group, string type)
    {
        if (InteropEnvironment.KafkaHome is null) return;
        ProcessOutcome listed = (await ChildProcess.RunAsync(
            KafkaTools.Tool("kafka-groups.sh", "--bootstrap-server", group.Bootstrap, "--list"))).Succeeded();
        Assert.Matches($@"{group.Id}\s+{type}\s+consumer", listed.Text);
    }
}
