namespace LogBroker.Client.Producing.Transactions;

/// <summary>Where a transactional producer stands.</summary>
internal enum TransactionPhase
{
    /// <summary>It has no id yet, or has to get a new epoch before it can begin.</summary>
    Uninitialized,

    /// <summary>A transaction can begin.</summary>
    Ready,

    /// <summary>Records are taken in.</summary>
    Open,

    /// <summary>It is being committed: what was taken in is sent, nothing more is taken in.</summary>
    Flushing,

    /// <summary>It can only be aborted.</summary>
    MustAbort,

    /// <summary>Its end is being written.</summary>
    Ending,

    /// <summary>Its commit was asked for, and not answered: only asking again tells.</summary>
    MustCommit,

    /// <summary>Nothing can be done any more.</summary>
    Fatal,
}
