using System.Collections.Concurrent;

namespace LogBroker.Client.Producing.Batches;

/// <summary>The <see cref="PendingDelivery"/>s that are free.</summary>
internal sealed class PendingDeliveries
{
    private const int KeptMax = 16 * 1024;

    private readonly ConcurrentQueue<PendingDelivery> _spares = new();
    private int _kept;

    public PendingDelivery Rent()
    {
        if (_spares.TryDequeue(out PendingDelivery? delivery)) Interlocked.Decrement(ref _kept);
        else delivery = new PendingDelivery(this);
        delivery.Begin();
        return delivery;
    }

    public void Return(PendingDelivery delivery)
    {
        if (Interlocked.Increment(ref _kept) <= KeptMax) _spares.Enqueue(delivery);
        else Interlocked.Decrement(ref _kept);
    }
}
