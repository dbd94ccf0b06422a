using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands;

/// <summary>What became of each of several items: one that fails does not keep the others from being done.</summary>
/// <param name="noun">What the items are: the first column.</param>
internal sealed class Outcomes(string noun)
{
    /// <summary>The status of an item of which nothing came.</summary>
    public const string Failed = "failed";

    private readonly List<Outcome> _all = [];

    /// <summary>Does something with each item. When no broker answers any more, the rest is not tried; what was done is told all the
    /// same.</summary>
    /// <param name="names">The items.</param>
    /// <param name="done">What they are when it is done: "deleted".</param>
    /// <param name="act">Does it with one.</param>
    public Task EachAsync(IEnumerable<string> names, string done, Func<string, Task> act) => EachAsync(names, async name =>
    {
        await act(name);
        return done;
    });

    /// <summary>The same.</summary>
    /// <param name="names">The items.</param>
    /// <param name="act">Does it with one, and tells what it is then.</param>
    public Task EachAsync(IEnumerable<string> names, Func<string, Task<string>> act) => EachAsync(names, async name => (await act(name), (string?)null));

    /// <summary>The same.</summary>
    /// <param name="names">The items.</param>
    /// <param name="act">Does it with one, and tells what it is then, and what became another.</param>
    public async Task EachAsync(IEnumerable<string> names, Func<string, Task<(string Status, string? Change)>> act)
    {
        bool isUnreachable = false;
        foreach (string name in names.Distinct(StringComparer.Ordinal))
        {
            if (isUnreachable)
            {
                Fail(name, "not tried: no broker answers");
                continue;
            }
            try
            {
                (string status, string? change) = await act(name);
                _all.Add(new Outcome(name, status, change));
            }
            catch (Exception e) when (e is CommandException or KafkaException && (_all.Count > 0 || !FailureText.IsUnreachable(e)))
            {
                isUnreachable = FailureText.IsUnreachable(e);
                Fail(name, e.Message, FailureText.Of(e)?.Next);
            }
        }
    }

    /// <summary>What an item's status means.</summary>
    public static Tone ToneOf(string status) => status == Failed ? Tone.Bad : Tone.Good;

    public void Add(string name, string status, string? message = null) => _all.Add(new Outcome(name, status, message));

    public void Fail(string name, string message, string? next = null) => _all.Add(new Outcome(name, Failed, message) { Next = next });

    /// <summary>Tells it all; failures on standard error too, with what to try.</summary>
    /// <returns>What the process ends with.</returns>
    public int WriteTo(DocumentWriter results)
    {
        results.Write(new Listing<Outcome>(
            _all,
            new(noun, outcome => outcome.Name),
            new("status", outcome => outcome.Status) { Tone = outcome => ToneOf(outcome.Status) },
            new("message", outcome => outcome.Message) { Wraps = true }));
        Outcome[] failed = [.. _all.Where(outcome => outcome.Status == Failed)];
        foreach (Outcome outcome in failed) results.Tell(new FailureText($"{outcome.Name}: {outcome.Message}", outcome.Next));
        return failed.Length > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private sealed record Outcome(string Name, string Status, string? Message)
    {
        public string? Next { get; init; }
    }
}
