using System.Collections.Immutable;

namespace LogBroker.Comparison;

internal enum Verdict
{
    Equal,
    Expected,
    Different,
}

/// <summary>What came of one case.</summary>
internal sealed record CaseResult(
    Comparison Case,
    Answer Left,
    Answer Right,
    Verdict Verdict,
    ImmutableArray<(FieldDifference Field, string? Reason)> Differences);

/// <summary>Sends the cases of a script to two brokers and compares what they answer.</summary>
internal sealed class ComparisonRun(Peer left, Peer right, ExpectedDifferences expected)
{
    private const int Attempts = 6;

    private static readonly TimeSpan PauseBetweenAttempts = TimeSpan.FromMilliseconds(150);

    public async Task<ImmutableArray<CaseResult>> RunAsync(Script script, Action<CaseResult> whenDone)
    {
        ImmutableArray<CaseResult>.Builder results = ImmutableArray.CreateBuilder<CaseResult>();
        foreach (Step step in script.Steps)
        {
            if (step.Prepare is { } prepare) await PrepareAsync(step.Name, prepare).ConfigureAwait(false);
            if (step.Case is not { } comparison) continue;
            CaseResult result = await CompareAsync(comparison).ConfigureAwait(false);
            results.Add(result);
            whenDone(result);
        }

        return results.ToImmutable();
    }

    private async Task PrepareAsync(string name, Func<Peer, Task> prepare)
    {
        foreach (Peer peer in new[] { left, right })
        {
            try
            {
                await prepare(peer).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                // Without its preparation a case would compare two failures and call them equal; so it shows here.
                await Console.Error.WriteLineAsync($"{peer.Label}: {name} failed: {fault.Message}").ConfigureAwait(false);
            }
        }
    }

    private async Task<CaseResult> CompareAsync(Comparison comparison)
    {
        for (int attempt = 1; ; attempt++)
        {
            Answer[] answers = await Task.WhenAll(comparison.AskAsync(left), comparison.AskAsync(right))
                .ConfigureAwait(false);
            CaseResult result = Judge(comparison, answers[0], answers[1]);
            if (result.Verdict != Verdict.Different || !comparison.IsRepeatable || attempt == Attempts) return result;
            await Task.Delay(PauseBetweenAttempts).ConfigureAwait(false);
        }
    }

    private CaseResult Judge(Comparison comparison, Answer leftAnswer, Answer rightAnswer)
    {
        ImmutableArray<(FieldDifference Field, string? Reason)> differences =
        [
            .. Answer.Compare(leftAnswer, rightAnswer)
                .Select(difference => (difference, expected.ReasonFor(comparison, difference))),
        ];
        Verdict verdict = differences.IsEmpty ? Verdict.Equal
            : differences.All(difference => difference.Reason is not null) ? Verdict.Expected
            : Verdict.Different;
        return new CaseResult(comparison, leftAnswer, rightAnswer, verdict, differences);
    }
}
