using System.Collections.Concurrent;

namespace LogBroker.Client.Telemetry;

/// <summary>What a client notes of its connections of one kind, for brokers that ask (KIP-714). Touched once for a request.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class LaneMetrics
{
    private readonly ConcurrentDictionary<int, LatencySummary> _latencies = new();
    private long _connections;

    /// <summary>Connections made since the start.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Time from a request to its answer, by broker.</summary>
    public IEnumerable<KeyValuePair<int, LatencySummary>> Latencies => _latencies;

    /// <summary>How long brokers asked for silence.</summary>
    public LatencySummary Throttling { get; } = new();

    public void Connected() => Interlocked.Increment(ref _connections);

    public void Answered(int nodeId, TimeSpan latency, int throttleTimeMs)
    {
        _latencies.GetOrAdd(nodeId, static _ => new LatencySummary()).Add(latency);
        Throttling.Add(TimeSpan.FromMilliseconds(throttleTimeMs));
    }
}
