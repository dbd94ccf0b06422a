namespace LogBroker.Metadata.Store;

/// <summary>How a transaction ended.</summary>
public enum CommitStatus
{
    /// <summary>All conditions held and all operations are done.</summary>
    Committed,

    /// <summary>A condition did not hold; nothing is done.</summary>
    Conflict,

    /// <summary>A put names a lease that does not exist (any more); nothing is done.</summary>
    LeaseNotFound,
}

/// <summary>The end of a transaction.</summary>
/// <param name="Status">Whether it happened.</param>
/// <param name="Revision">Committed: the transaction's revision, or the store's if it changed nothing. Otherwise: the
/// store's revision when the conditions were looked at.</param>
public readonly record struct CommitResult(CommitStatus Status, long Revision)
{
    public bool IsCommitted => Status == CommitStatus.Committed;
}
