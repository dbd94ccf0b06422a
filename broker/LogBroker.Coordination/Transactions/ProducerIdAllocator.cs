using LogBroker.Metadata;

namespace LogBroker.Coordination.Transactions;

/// <summary>Hands out producer ids, each once, from blocks that are taken from the cluster's source as needed.</summary>
/// <remarks>Owner: the broker; one each. Threads: any. Failure: when the source fails, who asked for an id is told, and the next
/// one asks the source again. Ids of a block that were not handed out when the broker stops are lost, which is as meant.</remarks>
public sealed class ProducerIdAllocator(IProducerIdSource source) : IDisposable
{
    /// <summary>How many ids a block has, as Kafka's have: one access of the source for a thousand producers.</summary>
    public const int BlockLength = 1000;

    private readonly SemaphoreSlim _refill = new(1, 1);
    private readonly Lock _lock = new();
    private ProducerIdBlock _rest;

    /// <summary>The next id; at least 0.</summary>
    public async ValueTask<long> NextAsync(CancellationToken cancellationToken)
    {
        if (TryTake(out long id)) return id;
        await _refill.WaitAsync(cancellationToken);
        try
        {
            // Who waited may find that another has refilled; who refills may find that others have emptied it again.
            while (!TryTake(out id))
            {
                var block = await source.AllocateAsync(BlockLength, cancellationToken);
                lock (_lock) _rest = block;
            }

            return id;
        }
        finally
        {
            _refill.Release();
        }
    }

    public void Dispose() => _refill.Dispose();

    private bool TryTake(out long id)
    {
        lock (_lock)
        {
            id = _rest.First;
            if (_rest.Length == 0) return false;
            _rest = new ProducerIdBlock(_rest.First + 1, _rest.Length - 1);
            return true;
        }
    }
}
