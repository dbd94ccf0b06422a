namespace LogBroker.Server.Hosting;

/// <summary>Whether clients may be answered: first loading, then ready, at last stopping.</summary>
/// <remarks>Moved by the host, read by any thread.</remarks>
public sealed class BrokerReadiness
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _reason = "loading data";

    /// <summary>Why clients are not answered, or null when they are.</summary>
    public string? NotReadyReason => _reason;

    /// <summary>Completes when the broker has become ready; never, when it stops before.</summary>
    public Task WhenReady => _ready.Task;

    internal void SetReady()
    {
        _reason = null;
        _ready.TrySetResult();
    }

    internal void SetStopping() => _reason = "stopping";
}
