using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Storage.Logs;

/// <summary>What became of an append.</summary>
/// <param name="Error">None when the records are in the log.</param>
/// <param name="Message">Why they are not.</param>
/// <param name="BaseOffset">The offset of the first record; that of the original when <paramref name="IsDuplicate"/>.</param>
/// <param name="LastOffset">The offset of the last record.</param>
/// <param name="LogAppendTimestamp">The broker's time in milliseconds when the topic's timestamps are the broker's; of a
/// duplicate, the timestamp of the original; else -1.</param>
/// <param name="LogStartOffset">The log's first offset.</param>
/// <param name="RecordErrors">The records at fault, when it was single ones.</param>
/// <param name="IsDuplicate">Whether the log had the batch already, so that nothing was written.</param>
public readonly record struct LogAppendResult(
    ErrorCode Error,
    string? Message,
    Offset BaseOffset,
    Offset LastOffset,
    long LogAppendTimestamp,
    Offset LogStartOffset,
    ImmutableArray<RecordError> RecordErrors,
    bool IsDuplicate)
{
    internal const long NoTimestamp = -1;

    public bool IsAppended => Error == ErrorCode.None && !IsDuplicate;

    internal static LogAppendResult Failed(ErrorCode error, string message, Offset logStartOffset) =>
        Failed(error, message, logStartOffset, []);

    internal static LogAppendResult Failed(
        ErrorCode error, string message, Offset logStartOffset, ImmutableArray<RecordError> recordErrors) =>
        new(error, message, Offset.None, Offset.None, NoTimestamp, logStartOffset, recordErrors, false);
}
