using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests.Faults;

public sealed class FailingSyncTests
{
    private const int RecordsPerSecond = 5_000;

    [FaultFact]
    public async Task SyncThatFails_RefusesWritesServesReads_AndResumesWithoutARestart()
    {
        using BrokerProcess broker = await StartBrokerAsync();
        string probed = BrokerFixture.NewTopic("probe");
        await TopicSetup.CreateAsync(broker.Bootstrap, probed, 1);
        var probe = new ProbeProducer(broker, probed);
        await probe.AwaitAcceptanceAsync();
        using StressProducer producer = await StressProducer.StartAsync(
            broker, BrokerFixture.NewTopic("unsynced"), 1, RecordsPerSecond);
        await producer.AwaitNewAcksAsync(1000);

        await using (await SyncFaults.AlwaysAsync(broker))
        {
            await probe.AwaitRefusalAsync();
            Assert.True(broker.IsRunning, broker.Log);
            int acknowledged = await producer.AwaitNoMoreAcksAsync();
            await producer.CheckAsync();
            Assert.Equal(acknowledged, producer.AckCount);
        }

        await producer.AwaitNewAcksAsync(1000);
        await probe.AwaitAcceptanceAsync();
        await FinishAsync(broker, producer);
    }

    [FaultFact]
    public async Task SyncThatFailsOnce_LosesAndDoublesNoAcknowledgedRecord()
    {
        using BrokerProcess broker = await StartBrokerAsync();
        using StressProducer producer = await StressProducer.StartAsync(
            broker, BrokerFixture.NewTopic("once"), 3, RecordsPerSecond);
        await producer.AwaitNewAcksAsync(1000);

        await using (await SyncFaults.OnceAsync(broker))
        {
            await producer.AwaitNewAcksAsync(10_000);
        }

        Assert.True(broker.IsRunning, broker.Log);
        await FinishAsync(broker, producer);
    }

    private static async Task<BrokerProcess> StartBrokerAsync()
    {
        await ClientInstallation.EnsureAsync();
        return await TestedBroker.StartAsync(WrittenLogs.NewDirectory("failing-sync"), BrokerSettings.ForTests);
    }

    private static async Task FinishAsync(BrokerProcess broker, StressProducer producer)
    {
        await producer.FinishAsync();
        await broker.StopAsync();
        await broker.StartAsync();
        await producer.CheckAsync();
        await broker.StopAsync();
    }
}
