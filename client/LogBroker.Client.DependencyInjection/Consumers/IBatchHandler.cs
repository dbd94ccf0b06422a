namespace LogBroker.Client.DependencyInjection;

/// <summary>Does what is to be done with the records of a hosted consumer, many at a time. Made anew for each batch, in a scope of its
/// own.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
public interface IBatchHandler<TKey, TValue>
{
    /// <summary>Handles a batch. When it completes its records are done and their offsets may be committed. When it throws a
    /// <see cref="BatchFailureException"/> the records that names are tried again or put aside, as <see cref="HandlingOptions"/> say, and the
    /// others are done; with any other exception that holds for all of them. After a crash records may come again: be prepared.</summary>
    /// <param name="batch">Records of one partition in their order: one at least, at most <see cref="HandlingOptions.BatchRecordsMax"/>.
    /// Those that are tried again come without the others.</param>
    /// <param name="cancellationToken">The host stops, or the partition is given up: what throws then is not a failure, and the records
    /// come again.</param>
    ValueTask HandleAsync(IReadOnlyList<ReceivedRecord<TKey, TValue>> batch, CancellationToken cancellationToken);
}
