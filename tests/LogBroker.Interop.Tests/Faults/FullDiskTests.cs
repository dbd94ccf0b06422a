using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests.Faults;

public sealed class FullDiskTests
{
    private const int DiskMegabytes = 64;
    private const int RoomBytes = 12 << 20;
    private const int RecordsPerSecond = 10_000;

    [FaultFact]
    public async Task FullDisk_RefusesWritesServesReads_AndResumesWithoutARestart()
    {
        await ClientInstallation.EnsureAsync();
        await using SmallDisk disk = await SmallDisk.MountAsync(DiskMegabytes);
        using BrokerProcess broker = await TestedBroker.StartAsync(disk.Path, BrokerSettings.ForTests);
        string probed = BrokerFixture.NewTopic("probe");
        await TopicSetup.CreateAsync(broker.Bootstrap, probed, 1);
        var probe = new ProbeProducer(broker, probed);
        await probe.AwaitAcceptanceAsync();
        disk.LeaveFree(RoomBytes);
        using StressProducer producer = await StressProducer.StartAsync(
            broker, BrokerFixture.NewTopic("full"), 1, RecordsPerSecond);

        await producer.AwaitNewAcksAsync(1000);
        await probe.AwaitRefusalAsync();
        Assert.True(broker.IsRunning, broker.Log);
        await producer.CheckAsync();

        disk.DropBallast();
        await producer.AwaitNewAcksAsync(1000);
        await probe.AwaitAcceptanceAsync();
        await producer.FinishAsync();

        await broker.StopAsync();
        await broker.StartAsync();
        await producer.CheckAsync();
        await broker.StopAsync();
        await disk.KeepWrittenLogsAsync();
    }
}
