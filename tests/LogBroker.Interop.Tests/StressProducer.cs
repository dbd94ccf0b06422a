using System.Diagnostics;
using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests;

/// <summary>
/// The idempotent acks=all producer of Clients/librdkafka-c/stress.c on one topic, with the history of its acknowledgements.
/// It retries for ever, so one producer lives through all crashes and faults of a test.
/// </summary>
internal sealed class StressProducer : IDisposable
{
    private static readonly TimeSpan ProgressLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Stillness = TimeSpan.FromSeconds(1);

    private readonly AckHistory _history = new();
    private readonly BrokerProcess _broker;
    private readonly string _topic;
    private readonly int _partitions;
    private readonly ChildProcess _child;

    private StressProducer(BrokerProcess broker, string topic, int partitions, int recordsPerSecond)
    {
        _broker = broker;
        _topic = topic;
        _partitions = partitions;
        _child = ChildProcess.Start(new ProcessCommand(
            Path.Combine(InteropEnvironment.InstalledDirectory, "librdkafka-stress"),
            broker.Bootstrap, topic, $"{partitions}", $"{recordsPerSecond}", _history.Path));
    }

    public IReadOnlyList<Ack> Acks => _history.Read();

    public int AckCount => _history.Count;

    /// <summary>Creates the topic and starts to publish.</summary>
    public static async Task<StressProducer> StartAsync(BrokerProcess broker, string topic, int partitions, int recordsPerSecond)
    {
        await TopicSetup.CreateAsync(broker.Bootstrap, topic, partitions);
        return new StressProducer(broker, topic, partitions, recordsPerSecond);
    }

    /// <summary>Waits for so many acknowledgements beyond those there are now.</summary>
    public async Task AwaitNewAcksAsync(int count)
    {
        int before = AckCount;
        await Deadline.PollAsync(
            () => _child.HasExited || AckCount >= before + count,
            ProgressLimit,
            () => $"the producer got no answers: {_child.Errors}\n{_broker.Log}");
        Assert.False(_child.HasExited, $"the producer gave up: {_child.Errors}\n{_broker.Log}");
    }

    /// <summary>Waits until what was acknowledged is told, where no more is: the process may be a while behind its broker.</summary>
    /// <returns>How many acknowledgements there are.</returns>
    public async Task<int> AwaitNoMoreAcksAsync()
    {
        (int count, long since) = (AckCount, Stopwatch.GetTimestamp());
        await Deadline.PollAsync(
            () =>
            {
                if (AckCount is var now && now != count) (count, since) = (now, Stopwatch.GetTimestamp());
                return Stopwatch.GetElapsedTime(since) > Stillness;
            },
            ProgressLimit,
            () => $"the producer still gets answers\n{_broker.Log}");
        return count;
    }

    /// <summary>Compares the topic with what was acknowledged before the call.</summary>
    public async Task<AckedRecordsCheck.Result> CheckAsync(IReadOnlyList<Ack>? promised = null)
    {
        AckedRecordsCheck.Result result = await AckedRecordsCheck.RunAsync(
            _broker.Bootstrap, _topic, _partitions, promised ?? Acks);
        Assert.True(result.IsClean, $"{result.Verdict}\n{_broker.Log}");
        return result;
    }

    /// <summary>Stops publishing, waits for the last answers, and finds exactly the acknowledged records in the topic.</summary>
    public async Task FinishAsync()
    {
        _child.Signal(UnixSignal.Terminate);
        await _child.WaitForExitAsync(FinishLimit);
        Assert.True(_child.ExitCode == 0, $"the producer ended with {_child.ExitCode}: {_child.Errors}\n{_broker.Log}");
        AckedRecordsCheck.Result result = await CheckAsync();
        Assert.Equal(AckCount, result.Records);
    }

    public void Dispose()
    {
        _child.Dispose();
        _history.Dispose();
    }
}
