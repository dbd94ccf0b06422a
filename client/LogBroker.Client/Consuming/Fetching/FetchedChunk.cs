using System.Collections.Immutable;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>Batches of one partition as a fetch brought them: not checked, not decompressed, views of the fetch's memory.</summary>
/// <remarks>One owner at a time, who gives it up once.</remarks>
internal sealed class FetchedChunk(
    AssignedPartition partition, long offset, ReadOnlyMemory<byte> batches, FetchedFrame frame)
{
    private FetchedFrame? _frame = frame;

    public AssignedPartition Partition => partition;

    /// <summary>The partition's version when it was asked for: another one now means that it is of no use.</summary>
    public int Version { get; } = partition.Version;

    /// <summary>The offset it was asked for.</summary>
    public long Offset => offset;

    public ReadOnlyMemory<byte> Batches => batches;

    public int SizeInBytes => batches.Length;

    /// <summary>Transactions that were aborted and have records here, in the order of their first offsets; with read-committed
    /// only.</summary>
    public ImmutableArray<FetchResponse.AbortedTransaction> Aborted { get; init; } = [];

    /// <summary>Why there are no batches: what is at <see cref="Offset"/> cannot be read. Null when there are.</summary>
    public string? Damage { get; init; }

    public void Release()
    {
        Interlocked.Exchange(ref _frame, null)?.Release();
    }
}
