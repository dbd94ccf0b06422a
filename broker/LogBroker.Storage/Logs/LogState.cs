namespace LogBroker.Storage.Logs;

/// <summary>Whether a log takes writes. Reads go on in every state.</summary>
public sealed record LogState
{
    public static readonly LogState Online = new(null, null);

    private LogState(OfflineCause? cause, string? reason)
    {
        Cause = cause;
        Reason = reason;
    }

    public bool IsOnline => Cause is null;

    /// <summary>Why writes are refused; null when they are not.</summary>
    public OfflineCause? Cause { get; }

    /// <summary>The same for people, with path and operation.</summary>
    public string? Reason { get; }

    internal static LogState Offline(OfflineCause cause, string reason) => new(cause, reason);
}

/// <summary>Why a log refuses writes, in order of what it takes to come back.</summary>
public enum OfflineCause
{
    /// <summary>The disk is full. Passes when room is made.</summary>
    NoSpace,

    /// <summary>The disk failed a write or a change of the log's files. Retried.</summary>
    WriteFailed,

    /// <summary>The disk failed a sync, so what was appended since the last good one may not be on it. Passes when all of
    /// it was written and synced again.</summary>
    SyncFailed,

    /// <summary>Records in the middle of the log are damaged: valid ones follow them. Stays until someone truncates the log
    /// or repairs the file.</summary>
    Corruption,

    /// <summary>The partition was deleted; only reads that had begun go on.</summary>
    Deleted,
}
