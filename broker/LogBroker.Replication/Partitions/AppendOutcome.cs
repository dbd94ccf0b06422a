using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Logs;

namespace LogBroker.Replication.Partitions;

/// <summary>What became of one append.</summary>
/// <param name="Error">Why nothing was appended, or None.</param>
/// <param name="Message">The same in words, where there is more to say than the code.</param>
/// <param name="BaseOffset">The offset of the first record; of the original when the batch was a duplicate.</param>
/// <param name="End">Exclusive end of what must be replicated before <c>acks=all</c> is answered.</param>
/// <param name="LogAppendTime">The broker's timestamp in milliseconds, -1 where the producer's own counts.</param>
/// <param name="LogStartOffset">The first offset that can be read.</param>
/// <param name="RecordErrors">Which records of the batch are at fault (KIP-467).</param>
public sealed record AppendOutcome(
    ErrorCode Error,
    string? Message,
    Offset BaseOffset,
    Offset End,
    long LogAppendTime,
    Offset LogStartOffset,
    ImmutableArray<RecordError> RecordErrors)
{
    public static AppendOutcome Refused(ErrorCode error, string? message) =>
        new(error, message, Offset.None, Offset.None, -1, Offset.None, []);
}
