using LogBroker.Protocol;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Logs;

/// <summary>What was found in, or made for, the directory of a log.</summary>
internal sealed record PartitionLogContent
{
    public required TopicPartition Partition { get; init; }

    public required Guid TopicId { get; init; }

    public required string Directory { get; init; }

    public required LogOptions Options { get; init; }

    /// <summary>In order, at least one.</summary>
    public required LogSegment[] Segments { get; init; }

    public required LeaderEpochs Epochs { get; init; }

    public required Offset LogStartOffset { get; init; }

    public required Offset LogEndOffset { get; init; }

    /// <summary>How far the log is known to be on stable storage.</summary>
    public required Offset DurableEndOffset { get; init; }

    public required ProducerStates Producers { get; init; }

    public required ProducerSnapshots Snapshots { get; init; }

    public required LogState State { get; init; }

    /// <summary>How far a checkpoint covers it.</summary>
    public required Offset RecoveryPoint { get; init; }
}
