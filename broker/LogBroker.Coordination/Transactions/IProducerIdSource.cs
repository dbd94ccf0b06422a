using LogBroker.Metadata;

namespace LogBroker.Coordination.Transactions;

/// <summary>Where blocks of producer ids come from: one for the whole cluster.</summary>
public interface IProducerIdSource
{
    /// <summary>A block of <paramref name="count"/> ids that was never given out and never will be again, whatever crashes.
    /// Throws if there is none to be had now.</summary>
    Task<ProducerIdBlock> AllocateAsync(int count, CancellationToken cancellationToken);
}
