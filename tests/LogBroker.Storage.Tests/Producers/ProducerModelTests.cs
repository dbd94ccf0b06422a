using Xunit.Abstractions;

namespace LogBroker.Storage.Tests.Producers;

/// <summary>Random histories of producers. <c>PRODUCER_MODEL_SEED</c> replays one that failed, <c>PRODUCER_MODEL_RUNS</c> says
/// how many there are.</summary>
public sealed class ProducerModelTests(ITestOutputHelper output)
{
    private const int StepsPerRun = 150;

    [Fact]
    public void RandomHistory_IsKnownAsTheLogTellsIt()
    {
        bool isReplay = int.TryParse(Environment.GetEnvironmentVariable("PRODUCER_MODEL_SEED"), out int seed);
        if (!isReplay) seed = Random.Shared.Next();
        int runs = int.TryParse(Environment.GetEnvironmentVariable("PRODUCER_MODEL_RUNS"), out int given) ? given : 40;
        int repetitions = 0;
        for (int run = 0; run < (isReplay ? 1 : runs); run++) repetitions += Run(seed + run);
        output.WriteLine($"seed {seed}, {repetitions} repetitions");
        Assert.NotEqual(0, repetitions);
    }

    private static int Run(int seed)
    {
        using var history = new ProducerHistory(seed);
        try
        {
            for (int step = 0; step < StepsPerRun; step++) history.Step();
            return history.Repetitions;
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException(
                $"PRODUCER_MODEL_SEED={seed}: {fault.Message}\n{string.Join('\n', history.Steps.TakeLast(25))}", fault);
        }
    }
}
