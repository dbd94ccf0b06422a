using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Runtime;

/// <summary>One partition of a coordinator's topic, as the coordinator uses it. Thread safe.</summary>
public interface IPartitionWriter
{
    /// <summary>The largest batch that can be appended.</summary>
    int BatchBytesMax { get; }

    Offset LogStartOffset { get; }

    /// <summary>Exclusive end of what was appended.</summary>
    Offset LogEndOffset { get; }

    /// <summary>Exclusive end of what is committed: replicated, and on disk where the broker promises so.</summary>
    Offset CommittedEnd { get; }

    /// <summary>Appends one batch, which is stamped in place, without waiting for the disk.</summary>
    PartitionAppend Append(Memory<byte> batch);

    /// <summary>Waits until all before <paramref name="end"/> is committed.</summary>
    /// <returns>None, or why it will not be or is not known to be.</returns>
    Task<ErrorCode> WhenCommittedAsync(Offset end);

    /// <summary>Reads whole committed batches from <paramref name="from"/> on, at least one if there is one, into
    /// <paramref name="buffer"/>, which grows as needed.</summary>
    /// <returns>How many bytes; 0 at the committed end.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    int Read(Offset from, ref byte[] buffer);
}

/// <summary>What became of an append.</summary>
/// <param name="Error">Why nothing was appended, or None.</param>
/// <param name="End">Exclusive end of the batch.</param>
public readonly record struct PartitionAppend(ErrorCode Error, Offset End);
