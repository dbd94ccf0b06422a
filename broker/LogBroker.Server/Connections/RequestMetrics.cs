using System.Diagnostics;
using System.Diagnostics.Metrics;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>How many requests of which kind come in, and how long they take until their answer is ready.</summary>
internal sealed class RequestMetrics
{
    /// <summary>The meter of everything that concerns requests.</summary>
    public const string MeterName = "LogBroker.Requests";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly TimeProvider _time;

    public RequestMetrics(IMeterFactory meters, TimeProvider time)
    {
        Meter meter = meters.Create(MeterName);
        _time = time;
        _requests = meter.CreateCounter<long>(
            "logbroker.requests", unit: "{request}", description: "Requests received, by API.");
        _duration = meter.CreateHistogram<double>(
            "logbroker.request.duration", unit: "s", description: "Time from a request to its answer, by API.");
    }

    /// <summary>Counts a request, and measures it where anybody listens.</summary>
    public void Follow(ApiKey api, Task<IResponse?> completed)
    {
        if (_requests.Enabled) _requests.Add(1, Tag(api));
        if (!_duration.Enabled) return;
        long start = _time.GetTimestamp();
        completed.ContinueWith(
            _ => _duration.Record(_time.GetElapsedTime(start).TotalSeconds, Tag(api)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static TagList Tag(ApiKey api) => new() { { "api", api.ToString() } };
}
