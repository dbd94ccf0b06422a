using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;
using Xunit.Abstractions;

namespace LogBroker.Interop.Tests;

/// <summary>SIGKILL under load: what was acknowledged is there afterwards, in order, once.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Partitions = 3;
    private const int RecordsPerSecond = 10_000;
    private const int MinimumNewAcks = 2_000;

    private static int Kills => InteropEnvironment.IsFull ? 20 : 3;

    [Fact]
    public async Task Kill_UnderIdempotentLoad_LosesAndDoublesNoAcknowledgedRecord()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}, {Kills} kills");
        var random = new Random(seed);
        await ClientInstallation.EnsureAsync();
        using BrokerProcess broker = await TestedBroker.StartAsync(WrittenLogs.NewDirectory("crash"), BrokerSettings.ForTests);
        using StressProducer producer = await StressProducer.StartAsync(
            broker, BrokerFixture.NewTopic("crash"), Partitions, RecordsPerSecond);

        for (int kill = 1; kill <= Kills; kill++)
        {
            await producer.AwaitNewAcksAsync(MinimumNewAcks + random.Next(0, RecordsPerSecond / 4));
            await broker.KillAsync();
            IReadOnlyList<Ack> promised = producer.Acks;
            await broker.StartAsync();
            AckedRecordsCheck.Result result = await producer.CheckAsync(promised);
            output.WriteLine($"kill {kill}: {promised.Count} acknowledged, {result.Records} in the log, {result.Verdict}");
        }

        await producer.FinishAsync();
        await broker.StopAsync();
    }
}
