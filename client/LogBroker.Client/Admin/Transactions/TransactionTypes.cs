using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>How far a transaction is.</summary>
public enum TransactionStatus
{
    /// <summary>Something this client does not know.</summary>
    Unknown,

    /// <summary>None was begun yet.</summary>
    Empty,

    /// <summary>It is open.</summary>
    Ongoing,

    /// <summary>It is decided that it commits.</summary>
    PrepareCommit,

    /// <summary>It is decided that it aborts.</summary>
    PrepareAbort,

    /// <summary>It has committed.</summary>
    CompleteCommit,

    /// <summary>It has aborted.</summary>
    CompleteAbort,

    /// <summary>Its id is being forgotten.</summary>
    Dead,

    /// <summary>Its producer is being fenced off.</summary>
    PrepareEpochFence,
}

/// <summary>A transactional id among all.</summary>
/// <param name="TransactionalId">The id.</param>
/// <param name="ProducerId">Its producer.</param>
/// <param name="State">How far its transaction is.</param>
public sealed record TransactionListing(string TransactionalId, long ProducerId, TransactionStatus State);

/// <summary>A transactional id and its transaction.</summary>
/// <param name="TransactionalId">The id.</param>
/// <param name="CoordinatorId">The broker that coordinates it.</param>
/// <param name="State">How far its transaction is.</param>
/// <param name="ProducerId">Its producer.</param>
/// <param name="ProducerEpoch">The producer's generation.</param>
/// <param name="Timeout">How long a transaction may stay open.</param>
/// <param name="StartedAt">When the open one began; null when none is open.</param>
/// <param name="Partitions">The partitions it has written to.</param>
public sealed record TransactionDescription(
    string TransactionalId,
    int CoordinatorId,
    TransactionStatus State,
    long ProducerId,
    short ProducerEpoch,
    TimeSpan Timeout,
    DateTimeOffset? StartedAt,
    ImmutableArray<TopicPartition> Partitions);

/// <summary>A transaction that hangs in a partition and is to be aborted there by hand.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="ProducerId">The producer, as <see cref="PartitionAdmin.DescribeProducersAsync"/> tells it.</param>
/// <param name="ProducerEpoch">Its generation.</param>
/// <param name="CoordinatorEpoch">The generation of its coordinator.</param>
public sealed record HangingTransaction(TopicPartition Partition, long ProducerId, short ProducerEpoch, int CoordinatorEpoch);
