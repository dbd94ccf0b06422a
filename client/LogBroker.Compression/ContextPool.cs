using System.Collections.Concurrent;

namespace LogBroker.Compression;

/// <summary>Keeps a few native contexts for reuse: making one costs more than compressing a small batch.</summary>
/// <remarks>Any thread. Never waits: when it is empty the caller gets a new context, when it is full the context given back
/// is disposed. A context on which a call failed must be disposed, not returned.</remarks>
internal sealed class ContextPool<T>(Func<T> create)
    where T : class, IDisposable
{
    private readonly ConcurrentQueue<T> _idle = new();
    private readonly int _capacity = Environment.ProcessorCount;

    public T Rent() => _idle.TryDequeue(out T? context) ? context : create();

    public void Return(T context)
    {
        // Two threads may both see the last free place: one context too many does no harm.
        if (_idle.Count < _capacity) _idle.Enqueue(context);
        else context.Dispose();
    }
}
