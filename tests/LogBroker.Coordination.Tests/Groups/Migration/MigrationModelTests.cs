namespace LogBroker.Coordination.Tests.Groups.Migration;

/// <summary>Random histories of a group with members of both protocols: they come, go, fall silent and lose answers, the policy and
/// the topics change, the clock jumps, the process is killed; the invariants hold after each step.</summary>
public sealed class MigrationModelTests
{
    private const int Runs = 60;
    private const int StepsPerRun = 150;

    [Fact]
    public void RandomHistory_KeepsTheInvariants_AndComesToRest()
    {
        (int first, int runs) = int.TryParse(Environment.GetEnvironmentVariable("MIGRATION_MODEL_SEED"), out int given)
            ? (given, 1)
            : (Environment.TickCount, Runs);
        for (int seed = first; seed < first + runs; seed++)
        {
            try
            {
                using var model = new MigrationModel(seed);
                for (int step = 0; step < StepsPerRun; step++) model.Step();
                model.ComeToRest();
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"MIGRATION_MODEL_SEED={seed}", fault);
            }
        }
    }
}
