using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Storage.Logs;

/// <summary>What a read found. Dispose it once the records were moved: until then their file is kept open and readable,
/// even when it is deleted meanwhile.</summary>
/// <param name="Error">None, OffsetOutOfRange, or KafkaStorageError when the disk failed.</param>
/// <param name="Records">Whole batches, of which the first may begin before the offset asked for and the last may be cut
/// off by the size limit; empty when there is nothing yet.</param>
/// <param name="UpperBound">An offset at or behind the end of <paramref name="Records"/>, for
/// <see cref="PartitionLog.AbortedTransactions"/>.</param>
public readonly record struct LogReadResult(ErrorCode Error, IRecords Records, Offset UpperBound) : IDisposable
{
    internal static LogReadResult Empty(Offset at) => new(ErrorCode.None, MemoryRecords.Empty, at);

    internal static LogReadResult Failed(ErrorCode error) => new(error, MemoryRecords.Empty, Offset.None);

    public void Dispose() => (Records as IDisposable)?.Dispose();
}
