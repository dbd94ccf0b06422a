namespace LogBroker.Metadata.Store;

/// <summary>The cluster's shared memory: small values under text keys, changed only by transactions, each of which makes
/// one revision. Nothing above this contract knows what keeps the data.</summary>
/// <remarks>
/// Threads: every member may be called at any time from any thread; commits happen one after the other.
/// Time: leases run on the store's own clock (a <see cref="TimeProvider"/> where the store lives in this process).
/// Failure: a store that cannot read or write throws <see cref="MetadataStoreException"/>. After such an exception from
/// <see cref="CommitAsync"/> the transaction may or may not have happened; conditions make a repetition safe.
/// </remarks>
public interface IMetadataStore : IAsyncDisposable
{
    /// <summary>All entries whose key starts with <paramref name="prefix"/> ("" = all), as of one revision.</summary>
    Task<MetadataSnapshot> ReadAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Does all operations of <paramref name="transaction"/> as one new revision if all its conditions hold, and
    /// nothing otherwise. A committed transaction is durable when the task completes.</summary>
    /// <exception cref="ArgumentException">A key is not valid (see <see cref="MetadataKey"/>).</exception>
    Task<CommitResult> CommitAsync(MetadataTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Every change to keys starting with <paramref name="prefix"/> from <paramref name="fromRevision"/> (inclusive)
    /// on: one item per revision, in order, none missing, none twice; then waits for further ones without end. To follow a
    /// snapshot, watch from its revision + 1.</summary>
    /// <exception cref="CompactedException">History before <paramref name="fromRevision"/> or a part of what is still to be
    /// reported has been dropped: read a new snapshot.</exception>
    IAsyncEnumerable<MetadataChange> WatchAsync(
        string prefix, long fromRevision, CancellationToken cancellationToken);

    /// <summary>A new lease that lives for <paramref name="timeToLive"/> (more than zero) unless it is kept alive. Entries put
    /// with it are deleted, in one revision, when it expires or is revoked.</summary>
    Task<LeaseId> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Gives the lease its full time again; false if it does not exist (any more).</summary>
    Task<bool> KeepAliveAsync(LeaseId lease, CancellationToken cancellationToken);

    /// <summary>Ends the lease now and deletes its entries; false if it does not exist (any more).</summary>
    Task<bool> RevokeAsync(LeaseId lease, CancellationToken cancellationToken);

    /// <summary>Drops the history up to and including <paramref name="revision"/>; entries stay. Watches that have not yet
    /// reported those revisions end with <see cref="CompactedException"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The revision does not exist yet.</exception>
    Task CompactAsync(long revision, CancellationToken cancellationToken);
}
