using System.Diagnostics.Metrics;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>What comes in over the Kafka protocol: requests, how long until their answers have left, and errors in those.</summary>
internal sealed class RequestMetrics
{
    /// <summary>The meter of everything that concerns requests.</summary>
    public const string MeterName = "LogBroker.Requests";

    private readonly ApiMeter[] _meters;
    private readonly TimeProvider _time;
    private readonly Counter<long> _rejected;

    public RequestMetrics(IMeterFactory meters, TimeProvider time)
    {
        Meter meter = meters.Create(MeterName);
        _time = time;
        Requests = meter.CreateCounter<long>(
            "logbroker.requests", "{request}", "Requests received, by API.");
        Duration = meter.CreateHistogram<double>(
            "logbroker.request.duration", "s", "Time from a whole request to its answer's last byte in the pipe, by API.");
        Errors = meter.CreateCounter<long>(
            "logbroker.request.errors", "{error}", "Error codes in answers, by API; an answer may hold many.");
        _rejected = meter.CreateCounter<long>(
            "logbroker.requests.rejected", "{request}", "Requests that closed their connection, by reason.");
        _meters = [.. ApiCatalog.All.Select(api => new ApiMeter(api.Key, this)), new ApiMeter((ApiKey)(-1), this)];
        meter.CreateObservableUpDownCounter(
            "logbroker.requests.waiting",
            () => _meters.Where(api => api.IsUsed).Select(api => api.Waiting),
            "{request}",
            "Requests whose answer is due, by API: parked fetches, produces that wait for the disk.");
    }

    public Counter<long> Requests { get; }

    public Histogram<double> Duration { get; }

    public Counter<long> Errors { get; }

    public long Now => _time.GetTimestamp();

    public double SecondsSince(long timestamp) => _time.GetElapsedTime(timestamp).TotalSeconds;

    /// <summary>Where requests of an API are counted; a key nobody knows shares one with the others.</summary>
    public ApiMeter Of(ApiKey api) => _meters.FirstOrDefault(meter => meter.Api == api) ?? _meters[^1];

    public void Rejected(AbortReason reason) =>
        _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
}
