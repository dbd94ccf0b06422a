using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>A fetch's response that several partitions' chunks stand on; its memory goes back with the last of them.</summary>
/// <remarks>Any thread. It starts with one holder, who made it.</remarks>
internal sealed class FetchedFrame(PooledResponse<FetchResponse> response)
{
    private int _holders = 1;

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) response.Dispose();
    }
}
