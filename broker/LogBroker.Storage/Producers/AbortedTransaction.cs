using LogBroker.Protocol;

namespace LogBroker.Storage.Producers;

/// <summary>A transaction that was aborted, as read-committed consumers are told of it.</summary>
/// <param name="ProducerId">Whose it was.</param>
/// <param name="FirstOffset">Its first record.</param>
/// <param name="LastOffset">Its abort marker.</param>
/// <param name="LastStableOffset">The log's last stable offset once the marker was written.</param>
public readonly record struct AbortedTransaction(
    long ProducerId, Offset FirstOffset, Offset LastOffset, Offset LastStableOffset);
