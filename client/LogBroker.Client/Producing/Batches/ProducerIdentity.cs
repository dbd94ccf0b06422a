namespace LogBroker.Client.Producing.Batches;

/// <summary>Who writes, to brokers that keep count of sequences: an id, and the epoch in which counting began anew.</summary>
/// <param name="Id">The producer id the cluster gave.</param>
/// <param name="Epoch">Higher epochs fence lower ones.</param>
internal sealed record ProducerIdentity(long Id, short Epoch);
