using LogBroker.Client.Consuming.Fetching;
using LogBroker.Client.Consuming.Offsets;
using LogBroker.Protocol;

namespace LogBroker.Client.Consuming.Partitions;

/// <summary>How far a partition is from being fetched.</summary>
internal enum PositionState
{
    /// <summary>Assigned, but the rebalance listener has not been told yet.</summary>
    Announced,

    /// <summary>The group's committed offset is to be asked for.</summary>
    NeedsCommitted,

    /// <summary>The log is to be asked where to start.</summary>
    NeedsLookup,

    /// <summary>The leader has changed and is to be asked whether its log still has the position (KIP-320).</summary>
    NeedsValidation,

    /// <summary>Fetched from <see cref="AssignedPartition.FetchOffset"/> on.</summary>
    Ready,

    /// <summary>Stands still until it is sought elsewhere; the reader was told why.</summary>
    Failed,
}

/// <summary>A replica that a leader named as nearer to the consumer than itself (KIP-392).</summary>
/// <param name="NodeId">Who has it.</param>
/// <param name="Epoch">The leader's: another leader names its own.</param>
/// <param name="Since">When, by the clock's timestamp.</param>
internal readonly record struct PreferredReplica(int NodeId, LeaderEpoch Epoch, long Since);

/// <summary>A partition this consumer reads.</summary>
/// <remarks>Its fields belong to the consumer's actor, but for those said to be the delivery's, which <see cref="Delivery"/>'s lock
/// guards, and the marks, which every thread may read.</remarks>
internal sealed class AssignedPartition(TopicPartition topicPartition)
{
    private int _call;
    private bool _isRevoked;
    private bool _isPaused;
    private bool _isWorkEnded;

    public TopicPartition TopicPartition { get; } = topicPartition;

    public PositionState State { get; set; }

    /// <summary>What <see cref="PositionState.NeedsLookup"/> looks for: a time in ms, or one of ListOffsets' negative marks.</summary>
    public long LookupTimestamp { get; set; }

    /// <summary>Where the next fetch starts.</summary>
    public long FetchOffset { get; set; }

    /// <summary>The epoch of the last record before <see cref="FetchOffset"/>.</summary>
    public LeaderEpoch FetchEpoch { get; set; } = LeaderEpoch.None;

    /// <summary>The leader's epoch in which the position was found good.</summary>
    public LeaderEpoch LeaderEpoch { get; set; } = LeaderEpoch.None;

    /// <summary>Where the leader sent this consumer; null to read from the leader itself.</summary>
    public PreferredReplica? Preferred { get; set; }

    /// <summary>Not fetched before this moment, after failures.</summary>
    public long RetryAt { get; set; }

    public int Failures { get; set; }

    /// <summary>Grows when the position is set anew: what was fetched, or is under way, for an older version is of no use.</summary>
    public int Version { get; set; }

    /// <summary>The end of the log as the last fetch told: the last stable offset with read-committed; -1 before.</summary>
    public long EndOffset { get; set; } = -1;

    /// <summary>What was last committed, as far as this consumer knows; -1 before.</summary>
    public long CommittedOffset { get; set; } = -1;

    /// <summary>The delivery's: what was fetched and waits for a reader.</summary>
    public LinkedList<FetchedChunk> Chunks { get; } = [];

    /// <summary>The delivery's: bytes in <see cref="Chunks"/> and in hand.</summary>
    public long BufferedBytes { get; set; }

    /// <summary>The delivery's: whether it stands in the line of those with something to read.</summary>
    public bool IsInLine { get; set; }

    /// <summary>The delivery's: who reads it just now.</summary>
    public PartitionCursor? Holder { get; set; }

    /// <summary>The delivery's: completed when <see cref="Holder"/> lets go, if somebody waits for that.</summary>
    public TaskCompletionSource? Released { get; set; }

    /// <summary>The delivery's: the offset behind the last record handed out, when nobody holds it; -1 before it is known.</summary>
    public long Position { get; set; } = -1;

    /// <summary>The delivery's: the offset behind the last record that is done.</summary>
    public long Done { get; set; } = -1;

    /// <summary>The delivery's: the epoch of the last record handed out.</summary>
    public LeaderEpoch PositionEpoch { get; set; } = LeaderEpoch.None;

    /// <summary>The delivery's: tells what is done where handlers work on it out of order; null where it is read in order.</summary>
    public CommitWatermark? Watermark { get; set; }

    /// <summary>A mark: another value than when a reader took it up calls the reader back to the delivery.</summary>
    public int Call => Volatile.Read(ref _call);

    /// <summary>A mark: it is being given up.</summary>
    public bool IsRevoked => Volatile.Read(ref _isRevoked);

    /// <summary>A mark: nothing is handed out for now.</summary>
    public bool IsPaused => Volatile.Read(ref _isPaused);

    /// <summary>A mark: nobody is to work on its records any more.</summary>
    public bool IsWorkEnded => Volatile.Read(ref _isWorkEnded);

    /// <summary>Called, once, when nobody is; set by whoever works on them before they begin.</summary>
    public Action? WorkEnded { get; set; }

    /// <summary>Tells handlers that their work is for nothing.</summary>
    public void EndWork()
    {
        if (!Interlocked.Exchange(ref _isWorkEnded, true)) WorkEnded?.Invoke();
    }

    /// <summary>Calls its reader back.</summary>
    public void CallBack() => Interlocked.Increment(ref _call);

    public void Revoke()
    {
        Volatile.Write(ref _isRevoked, true);
        CallBack();
    }

    public void SetPaused(bool isPaused)
    {
        Volatile.Write(ref _isPaused, isPaused);
        CallBack();
    }
}
