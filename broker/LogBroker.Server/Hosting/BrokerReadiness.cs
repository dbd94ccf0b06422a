namespace LogBroker.Server.Hosting;

/// <summary>Whether clients may be answered: first loading, then ready, at last stopping.</summary>
/// <remarks>Moved by the host, read by any thread.</remarks>
public sealed class BrokerReadiness
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isLoaded;
    private volatile string? _reason = "loading data";
    private volatile Func<string?>? _pending;

    /// <summary>Why clients are not answered, or null when they are.</summary>
    public string? NotReadyReason => _reason ?? _pending?.Invoke();

    /// <summary>Completes when the broker has become ready; never, when it stops before.</summary>
    public Task WhenReady => _ready.Task;

    /// <summary>Tells how far loading is; without meaning once the broker is ready or stops.</summary>
    internal void SetLoading(string what)
    {
        // A late word of loading must not take back that it is over.
        if (Volatile.Read(ref _isLoaded) == 0) _reason = $"loading data: {what}";
    }

    /// <summary>Names something that is served only when it is there, while clients are let in: the groups.</summary>
    internal void SetPending(Func<string?> pending) => _pending = pending;

    internal void SetReady()
    {
        Volatile.Write(ref _isLoaded, 1);
        _reason = null;
        _ready.TrySetResult();
    }

    internal void SetStopping()
    {
        Volatile.Write(ref _isLoaded, 1);
        _reason = "stopping";
    }
}
