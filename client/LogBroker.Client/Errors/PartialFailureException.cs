namespace LogBroker.Client;

/// <summary>Some of the items of one call failed; the others were done.</summary>
public sealed class PartialFailureException : KafkaException
{
    private const int NamedMax = 3;

    internal PartialFailureException(string what, IReadOnlyDictionary<string, KafkaException> failures)
        : base(First(failures).ErrorCode, Describe(what, failures), First(failures)) => Failures = failures;

    /// <summary>What failed, by the item's name, and why.</summary>
    public IReadOnlyDictionary<string, KafkaException> Failures { get; }

    /// <inheritdoc/>
    public override bool IsRetriable => Failures.Values.All(failure => failure.IsRetriable);

    private static KafkaException First(IReadOnlyDictionary<string, KafkaException> failures) => failures.Values.First();

    private static string Describe(string what, IReadOnlyDictionary<string, KafkaException> failures)
    {
        var named = failures.Take(NamedMax).Select(failure => $"{failure.Key}: {failure.Value.Message}");
        string more = failures.Count > NamedMax ? $" … and {failures.Count - NamedMax} more (Failures)." : "";
        return $"{what} failed for {failures.Count}: {string.Join(" ", named)}{more}";
    }
}
