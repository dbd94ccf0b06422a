using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Producers;

namespace LogBroker.Replication.Partitions;

/// <summary>What a fetch of one partition found.</summary>
/// <param name="Error">Why there is nothing; then the offsets are -1 where the protocol wants them so.</param>
/// <param name="HighWatermark">Exclusive end of what is fully replicated and, by default, on disk.</param>
/// <param name="LastStableOffset">Exclusive end of what a read-committed consumer may see.</param>
/// <param name="LogStartOffset">The first offset that can be read.</param>
/// <param name="Records">Whole batches, possibly none; to be disposed when sent.</param>
/// <param name="AbortedTransactions">For read-committed: whose records in that range the consumer must drop; else null.</param>
/// <param name="DivergingEpoch">Where the consumer's history leaves this log's (KIP-595), or null.</param>
public sealed record PartitionRead(
    ErrorCode Error,
    Offset HighWatermark,
    Offset LastStableOffset,
    Offset LogStartOffset,
    IRecords Records,
    ImmutableArray<AbortedTransaction>? AbortedTransactions = null,
    EpochEnd? DivergingEpoch = null)
{
    public static PartitionRead Failed(ErrorCode error) =>
        new(error, Offset.None, Offset.None, Offset.None, MemoryRecords.Empty);
}
