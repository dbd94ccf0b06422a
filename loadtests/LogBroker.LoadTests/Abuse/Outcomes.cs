using System.Collections.Concurrent;

namespace LogBroker.LoadTests.Abuse;

/// <summary>What the abusive clients got, and how often.</summary>
internal sealed class Outcomes
{
    /// <summary>The broker ended the connection.</summary>
    public const string Closed = "closed";

    /// <summary>The broker let it be: it waits for more bytes, or has nothing to say.</summary>
    public const string Held = "held open";

    /// <summary>The connection was not made.</summary>
    public const string Refused = "refused";

    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Add(string outcome, long count = 1) => _counts.AddOrUpdate(outcome, count, (_, before) => before + count);

    /// <summary>The most frequent first.</summary>
    public override string ToString() =>
        string.Join(", ", _counts.OrderByDescending(entry => entry.Value).Select(entry => $"{entry.Key} {entry.Value}"));
}
