using System.Globalization;
using Xunit.Abstractions;

namespace LogBroker.Coordination.Tests.Model;

/// <summary>Random histories of classic groups. <c>GROUP_MODEL_SEED</c> replays one that failed, <c>GROUP_MODEL_RUNS</c> says how
/// many there are.</summary>
public sealed class ClassicModelTests(ITestOutputHelper output)
{
    private const int Steps = 250;

    [Fact]
    public void RandomHistory_KeepsTheInvariants()
    {
        bool isReplay = int.TryParse(Environment.GetEnvironmentVariable("GROUP_MODEL_SEED"), out int seed);
        if (!isReplay) seed = Random.Shared.Next();
        int runs = int.TryParse(Environment.GetEnvironmentVariable("GROUP_MODEL_RUNS"), out int given) ? given : 40;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        int assignments = 0;
        int commits = 0;
        for (int run = 0; run < (isReplay ? 1 : runs); run++)
        {
            ClassicModel model = Run(seed + run);
            assignments += model.Assignments;
            commits += model.Commits;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{assignments} assignments, {commits} commits"));
        Assert.True(assignments > 0 && commits > 0, "The histories hold nothing that could go wrong.");
    }

    private static ClassicModel Run(int seed)
    {
        int step = 0;
        try
        {
            using var model = new ClassicModel(seed);
            for (; step < Steps; step++) model.Step();
            model.Finish();
            return model;
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"GROUP_MODEL_SEED={seed}, step {step}: {fault.Message}"), fault);
        }
    }
}
