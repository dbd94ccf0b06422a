namespace LogBroker.Client.Producing.Batches;

/// <summary>Whoever sends a queue's batches.</summary>
internal interface ISender
{
    /// <summary>Why the broker cannot be reached; null when it can, or was not tried.</summary>
    KafkaException? ConnectFailure { get; }

    /// <summary>Makes it look for work, soon and at least once after this call; returns at once.</summary>
    void Wake();
}
