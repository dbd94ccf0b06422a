namespace LogBroker.Client.DependencyInjection;

/// <summary>Some records of a batch could not be handled; the others were.</summary>
public sealed class BatchFailureException : Exception
{
    /// <summary>Names the records that failed.</summary>
    /// <param name="failures">For each its index in the batch, and why.</param>
    /// <exception cref="ArgumentException">There is none: a batch that was handled completes.</exception>
    public BatchFailureException(IReadOnlyDictionary<int, Exception> failures)
        : base($"{Require(failures).Count} records of a batch failed: {failures.First().Value.Message}", failures.First().Value) =>
        Failures = failures;

    /// <summary>Why which record failed, by its index in the batch.</summary>
    public IReadOnlyDictionary<int, Exception> Failures { get; }

    private static IReadOnlyDictionary<int, Exception> Require(IReadOnlyDictionary<int, Exception> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        return failures.Count > 0 ? failures : throw new ArgumentException("Name at least one record.", nameof(failures));
    }
}
