namespace LogBroker.Client.Producing.Batches;

/// <summary>Where partitions get the producer's id and epoch from.</summary>
internal interface IProducerIdentities
{
    /// <summary>The one for new batches; null while it is being asked for.</summary>
    ProducerIdentity? Current { get; }

    /// <summary>Makes sure that the current one is higher than <paramref name="stale"/>, by one epoch as a rule.</summary>
    /// <returns>False when that takes a while, or is not the partition's to decide: a transaction's end does it.</returns>
    bool TryRaise(ProducerIdentity stale);
}
