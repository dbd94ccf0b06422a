using System.Diagnostics;

namespace LogBroker.Client.Producing.Batches;

/// <summary>Who wants to know what becomes of one record.</summary>
/// <param name="Target">A <see cref="PendingDelivery"/> or a <see cref="DeliveryHandler"/>; null when only the span wants to know.</param>
/// <param name="Span">The span that ends with the delivery, if anybody traces.</param>
internal readonly record struct RecordWaiter(object? Target, Activity? Span)
{
    public bool IsNone => Target is null && Span is null;

    /// <summary>Somebody waits for the answer. A batch nobody waits for may wait for company.</summary>
    public bool IsUrgent => Target is PendingDelivery;
}

/// <summary>A waiter with its place in a batch.</summary>
/// <param name="Index">Records in front of it.</param>
/// <param name="Timestamp">The record's own, in milliseconds since the Unix epoch.</param>
/// <param name="Waiter">Who wants to know.</param>
internal readonly record struct PlacedWaiter(int Index, long Timestamp, RecordWaiter Waiter);
