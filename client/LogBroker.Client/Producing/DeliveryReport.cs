namespace LogBroker.Client;

/// <summary>Is told once what became of a record that was enqueued. Calls come one at a time, those of delivered records in
/// their order within a partition, off the paths that send and enqueue; memory of the records is kept until then, so a slow handler
/// slows producing down. It must not wait for the producer.</summary>
/// <param name="report">What became of the record.</param>
public delegate void DeliveryHandler(in DeliveryReport report);

/// <summary>What became of a record.</summary>
/// <param name="Metadata">Where it is; the offset is -1 when it was not delivered.</param>
/// <param name="Error">Why it was not delivered; null when it was.</param>
public readonly record struct DeliveryReport(RecordMetadata Metadata, KafkaException? Error)
{
    /// <summary>Whether the record was acknowledged.</summary>
    public bool IsDelivered => Error is null;
}
