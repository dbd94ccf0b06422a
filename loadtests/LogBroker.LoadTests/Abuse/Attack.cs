using System.Diagnostics;

namespace LogBroker.LoadTests.Abuse;

/// <summary>What an abuse is given.</summary>
/// <param name="Port">Where the broker listens.</param>
/// <param name="Outcomes">Takes what came of each.</param>
/// <param name="Stands">To be called once the abuse is under way.</param>
/// <param name="Over">Cancelled when it shall end.</param>
internal sealed record Attack(int Port, Outcomes Outcomes, Action Stands, CancellationToken Over)
{
    /// <summary>Does it again and again at the given rate in all, in a few loops, until the end. The rate is what keeps the
    /// measurement about the broker: attacker, broker and well-behaved client share the machine's cores.</summary>
    public async Task RepeatAsync(int loops, int perSecond, Func<Random, Task> once)
    {
        Stands();
        TimeSpan interval = TimeSpan.FromSeconds((double)loops / perSecond);
        await Task.WhenAll(Enumerable.Range(0, loops).Select(async loop =>
        {
            var random = new Random(loop);
            try
            {
                while (!Over.IsCancellationRequested)
                {
                    long begun = Stopwatch.GetTimestamp();
                    await once(random);
                    TimeSpan rest = interval - Stopwatch.GetElapsedTime(begun);
                    if (rest > TimeSpan.Zero) await Task.Delay(rest, Over);
                }
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
        }));
    }
}
