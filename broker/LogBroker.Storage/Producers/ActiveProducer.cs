using LogBroker.Protocol;

namespace LogBroker.Storage.Producers;

/// <summary>What a log knows of a producer, for DescribeProducers.</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="ProducerEpoch">Its epoch.</param>
/// <param name="LastSequence">The sequence number of its last record; -1 when it only has markers.</param>
/// <param name="LastTimestamp">The timestamp of its last batch, in milliseconds.</param>
/// <param name="CoordinatorEpoch">The epoch of the coordinator of its last marker; -1 for none.</param>
/// <param name="TransactionStartOffset">The first record of its open transaction; null when none is open.</param>
public readonly record struct ActiveProducer(
    long ProducerId,
    short ProducerEpoch,
    int LastSequence,
    long LastTimestamp,
    int CoordinatorEpoch,
    Offset? TransactionStartOffset);
