using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Processes;
using Xunit.Abstractions;

namespace LogBroker.Interop.Tests;

/// <summary>SIGKILL under load: what was acknowledged is there afterwards, in order, once.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Partitions = 3;
    private const int RecordsPerSecond = 20_000;
    private const int MinimumNewAcks = 2_000;

    private static readonly TimeSpan ProgressLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(120);

    private static int Kills => InteropEnvironment.IsFull ? 20 : 3;

    [Fact]
    public async Task Kill_UnderIdempotentLoad_LosesAndDoublesNoAcknowledgedRecord()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}, {Kills} kills");
        var random = new Random(seed);
        await Clients.ClientInstallation.EnsureAsync();
        using BrokerProcess broker = await BrokerProcess.StartAsync(WrittenLogs.NewDirectory("crash"), BrokerSettings.ForTests);
        string topic = BrokerFixture.NewTopic("crash");
        await TopicSetup.CreateAsync(broker.Bootstrap, topic, Partitions);
        using var history = new AckHistory();
        using ChildProcess producer = ChildProcess.Start(StressCommand(broker, topic, history));

        for (int kill = 1; kill <= Kills; kill++)
        {
            await AwaitNewAcksAsync(history, producer, broker);
            await Task.Delay(random.Next(0, 300));
            await broker.KillAsync();
            IReadOnlyList<Ack> promised = history.Read();
            await broker.StartAgainAsync();
            AckedRecordsCheck.Result result = await AckedRecordsCheck.RunAsync(broker.Bootstrap, topic, Partitions, promised);
            output.WriteLine($"kill {kill}: {promised.Count} acknowledged, {result.Records} in the log, {result.Verdict}");
            Assert.True(result.IsClean, $"after kill {kill}: {result.Verdict}\n{broker.Log}");
        }

        await StopProducerAsync(producer);
        AckedRecordsCheck.Result last = await AckedRecordsCheck.RunAsync(broker.Bootstrap, topic, Partitions, history.Read());
        Assert.True(last.IsClean, last.Verdict);
        Assert.Equal(last.Records, history.Read().Count);
        await broker.StopAsync();
    }

    private static ProcessCommand StressCommand(BrokerProcess broker, string topic, AckHistory history) =>
        new(
            Path.Combine(InteropEnvironment.InstalledDirectory, "librdkafka-stress"),
            broker.Bootstrap, topic, $"{Partitions}", $"{RecordsPerSecond}", history.Path);

    private static async Task AwaitNewAcksAsync(AckHistory history, ChildProcess producer, BrokerProcess broker)
    {
        int before = history.Read().Count;
        await Deadline.PollAsync(
            () => producer.HasExited || history.Read().Count >= before + MinimumNewAcks,
            ProgressLimit,
            () => $"the producer got no answers: {producer.Errors}\n{broker.Log}");
        Assert.False(producer.HasExited, $"the producer gave up: {producer.Errors}\n{broker.Log}");
    }

    private static async Task StopProducerAsync(ChildProcess producer)
    {
        producer.Signal(UnixSignal.Terminate);
        await producer.WaitForExitAsync(FinishLimit);
        Assert.True(producer.ExitCode == 0, $"the producer ended with {producer.ExitCode}: {producer.Errors}");
    }
}
