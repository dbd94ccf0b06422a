using LogBroker.Interop.Tests.Brokers;
using Xunit.Abstractions;

namespace LogBroker.Interop.Tests;

/// <summary>Groups of <c>group.protocol=consumer</c> (KIP-848) whose members and broker are killed while the topic is written to:
/// a partition has one owner at any time, no record is left out, no commit is lost.</summary>
public sealed class ConsumerProtocolTests(ITestOutputHelper output)
{
    private const string Consumer = "group.protocol=consumer";

    [KafkaHomeFact]
    public Task JavaMembers_KilledAndLate_EveryPartitionHasOneOwner() =>
        RunAsync(ConsumerProtocolClient.Java, ConsumerProtocolClient.Java);

    [ModernLibrdkafkaFact]
    public Task LibrdkafkaMembers_KilledAndLate_EveryPartitionHasOneOwner() =>
        RunAsync(ConsumerProtocolClient.Librdkafka, ConsumerProtocolClient.Librdkafka);

    [ModernLibrdkafkaFact(NeedsKafkaHome = true)]
    public Task JavaAndLibrdkafkaMembers_InOneGroup_EveryPartitionHasOneOwner() =>
        RunAsync(ConsumerProtocolClient.Java, ConsumerProtocolClient.Librdkafka);

    private async Task RunAsync(ConsumerProtocolClient one, ConsumerProtocolClient other)
    {
        using ConsumerProtocolGroup group = await ConsumerProtocolGroup.StartAsync();
        await group.AddAsync(one, "first", Consumer);
        await group.AddAsync(other, "second", Consumer);
        await group.AwaitProgressAsync();
        await group.AddAsync(one, "late", Consumer);
        await group.AwaitProgressAsync();
        await group.KillAsync("second");
        await group.AwaitProgressAsync();
        await group.CrashBrokerAsync();
        await group.AwaitProgressAsync();
        await group.StopAsync("first");
        await group.StopAsync("late");
        // Nobody is left who could remember anything but the broker, and that is killed too.
        await group.CrashBrokerAsync();
        await group.AddAsync(other, "last", Consumer);
        await group.AwaitProgressAsync();
        await group.FinishAsync();
        output.WriteLine($"{group.History.Processed} records, {group.History.Repetitions} of them twice");
    }
}
