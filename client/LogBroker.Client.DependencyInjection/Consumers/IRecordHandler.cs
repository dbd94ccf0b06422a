namespace LogBroker.Client.DependencyInjection;

/// <summary>Does what is to be done with each record of a hosted consumer. Made anew for each record, in a scope of its own.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
public interface IRecordHandler<TKey, TValue>
{
    /// <summary>Handles one record. When it completes the record is done and its offset may be committed; when it throws, the record is
    /// tried again or put aside, as <see cref="HandlingOptions"/> say. After a crash a record may come again: be prepared.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">The host stops, or the partition is given up: what throws then is not a failure, and the record
    /// comes again.</param>
    ValueTask HandleAsync(ReceivedRecord<TKey, TValue> record, CancellationToken cancellationToken);
}
