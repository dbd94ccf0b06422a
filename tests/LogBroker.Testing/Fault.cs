using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Testing;

/// <summary>What <see cref="BrokerFaults"/> does to requests of one API.</summary>
/// <remarks>Thread safe. Disposing ends it; what it has begun goes on.</remarks>
public sealed class Fault : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Action<Fault> _remove;
    private readonly int _times;
    private readonly List<(int Hits, TaskCompletionSource Reached)> _waiting = [];
    private int _hits;

    internal Fault(ApiKey api, FaultKind kind, int times, Action<Fault> remove)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        Api = api;
        Kind = kind;
        _times = times;
        _remove = remove;
    }

    /// <summary>The API whose requests it meets.</summary>
    public ApiKey Api { get; }

    /// <summary>How many requests it has met.</summary>
    public int Hits
    {
        get
        {
            lock (_lock) return _hits;
        }
    }

    internal FaultKind Kind { get; }

    internal ErrorCode Error { get; init; }

    internal TimeSpan Duration { get; init; }

    /// <summary>Completes when it has met so many requests.</summary>
    /// <param name="hits">At least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WhenHitAsync(int hits = 1, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_hits >= hits) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((hits, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends it: later requests are served as if it had never been.</summary>
    public void Dispose() => _remove(this);

    /// <summary>Meets a request, when it has any left to meet.</summary>
    internal bool TryHit()
    {
        lock (_lock)
        {
            if (_hits >= _times) return false;
            _hits++;
            foreach (var (hits, reached) in _waiting)
            {
                if (_hits >= hits) reached.TrySetResult();
            }

            return true;
        }
    }
}

/// <summary>What a fault does.</summary>
internal enum FaultKind
{
    /// <summary>The request is answered with an error and not done.</summary>
    Fail,

    /// <summary>The request is done and its answer held back for a time.</summary>
    Delay,

    /// <summary>The connection is closed in place of the request.</summary>
    Disconnect,

    /// <summary>The request is done and the connection closed in place of its answer.</summary>
    LoseAnswer,
}
