using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>Counts the requests of one API. Tags are made once, so that counting allocates nothing.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class ApiMeter(ApiKey api, RequestMetrics metrics) : IErrorObserver
{
    private const string ErrorTag = "error";

    private readonly KeyValuePair<string, object?> _api = new("api", api.ToString());
    private readonly ConcurrentDictionary<ErrorCode, KeyValuePair<string, object?>> _errors = new();
    private long _waiting;

    public ApiKey Api => api;

    /// <summary>How many requests wait for their answer.</summary>
    public Measurement<long> Waiting => new(Volatile.Read(ref _waiting), _api);

    /// <summary>Whether the API was ever asked for.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Notes a request; <see cref="Ended"/> must follow once.</summary>
    public void Started()
    {
        IsUsed = true;
        Interlocked.Increment(ref _waiting);
        metrics.Requests.Add(1, _api);
    }

    /// <summary>Notes what the answer says.</summary>
    public void Answers(IResponse response) => response.TellErrors(this);

    /// <summary>Notes that the answer left, or that there is none to leave.</summary>
    public void Answered(long startedAt)
    {
        if (metrics.Duration.Enabled) metrics.Duration.Record(metrics.SecondsSince(startedAt), _api);
    }

    /// <summary>Notes that nobody waits any more, answered or not.</summary>
    public void Ended() => Interlocked.Decrement(ref _waiting);

    void IErrorObserver.Observe(ErrorCode error)
    {
        if (metrics.Errors.Enabled) metrics.Errors.Add(1, _api, TagOf(error));
    }

    private KeyValuePair<string, object?> TagOf(ErrorCode error) =>
        _errors.GetOrAdd(error, static code => new KeyValuePair<string, object?>(ErrorTag, code.ToString()));
}
