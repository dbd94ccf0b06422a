using LogBroker.Protocol.Records;

namespace LogBroker.Coordination.Runtime;

/// <summary>What a coordinator knows from one partition of its topic: a pure state machine.</summary>
/// <remarks>Guarded by its shard's lock; never touches a disk, a clock or the network. Its commands are methods that return a
/// <see cref="Decision{TResponse}"/>.</remarks>
public interface ICoordinatorState
{
    /// <summary>When <see cref="Tick"/> may have something to do; null = never. May be too early, never too late.</summary>
    DateTimeOffset? NextDeadline { get; }

    /// <summary>Takes a record over: one that a decision of its own made, or one read from the log.</summary>
    void Replay(CoordinatorRecord record);

    /// <summary>Takes a record over as it lies in the log, for the types of which there are many.</summary>
    /// <param name="type">The number in front of the key.</param>
    /// <param name="key">The key behind that number.</param>
    /// <param name="value">The whole value; null for a tombstone.</param>
    /// <returns>False when the record is to be decoded and given to <see cref="Replay"/>.</returns>
    bool TryReplay(short type, ReadOnlySpan<byte> key, NullableBytes value);

    /// <summary>Called once, when all records are replayed and before the first command. The decision's response is not
    /// used.</summary>
    Decision<Nothing> OnLoaded(DateTimeOffset now);

    /// <summary>Decides about one deadline that has come; null when none has.</summary>
    Decision<Nothing>? Tick(DateTimeOffset now);
}
