using LogBroker.Coordination.Transactions;
using LogBroker.Metadata;

namespace LogBroker.Server.Hosting;

/// <summary>Producer ids from the cluster's catalogue.</summary>
internal sealed class CatalogueProducerIds(Catalogue catalogue) : IProducerIdSource
{
    public Task<ProducerIdBlock> AllocateAsync(int count, CancellationToken cancellationToken) =>
        catalogue.AllocateProducerIdsAsync(count, cancellationToken);
}
