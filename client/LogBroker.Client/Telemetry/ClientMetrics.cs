using System.Globalization;
using LogBroker.Client.Connections;

namespace LogBroker.Client.Telemetry;

/// <summary>The metrics of one client, under the names KIP-714 gives them: producing connections count as the producer's, fetching
/// and group connections as the consumer's.</summary>
/// <remarks>Lanes are written by any thread; <see cref="Take"/> is called by the reporter only.</remarks>
internal sealed class ClientMetrics
{
    private const string Prefix = "org.apache.kafka.";

    private readonly Dictionary<ConnectionLane, LaneMetrics> _lanes =
        Enum.GetValues<ConnectionLane>().ToDictionary(lane => lane, _ => new LaneMetrics());

    private readonly Dictionary<string, long> _lastConnections = [];

    public LaneMetrics Of(ConnectionLane lane) => _lanes[lane];

    /// <summary>What happened since the last call, of the metrics wanted.</summary>
    /// <param name="wanted">Beginnings of names; an empty one wants all, none at all wants nothing.</param>
    /// <param name="asDelta">Whether totals are told as what came since the last call.</param>
    /// <param name="elapsed">How long that is.</param>
    public IReadOnlyList<MetricPoint> Take(IReadOnlyCollection<string> wanted, bool asDelta, TimeSpan elapsed)
    {
        var points = new List<MetricPoint>();
        Add(points, "producer", [ConnectionLane.Produce], "produce.throttle.time", asDelta, elapsed);
        Add(points, "consumer", [ConnectionLane.Fetch, ConnectionLane.Group], "fetch.manager.fetch.throttle.time", asDelta, elapsed);
        return [.. points.Where(point => wanted.Any(start => point.Name.StartsWith(start, StringComparison.Ordinal)))];
    }

    private void Add(
        List<MetricPoint> points, string kind, ConnectionLane[] lanes, string throttle, bool asDelta, TimeSpan elapsed)
    {
        string prefix = $"{Prefix}{kind}.";
        long total = lanes.Sum(lane => _lanes[lane].Connections);
        if (total == 0) return;
        long fresh = total - _lastConnections.GetValueOrDefault(kind);
        _lastConnections[kind] = total;
        points.Add(new MetricPoint($"{prefix}connection.creation.total", asDelta ? fresh : total) { IsSum = true });
        points.Add(new MetricPoint($"{prefix}connection.creation.rate", elapsed > TimeSpan.Zero ? fresh / elapsed.TotalSeconds : 0));
        foreach (var lane in lanes)
        {
            foreach (var (nodeId, latency) in _lanes[lane].Latencies)
                AddSummary(points, $"{prefix}node.request.latency", latency, nodeId);
            AddSummary(points, prefix + throttle, _lanes[lane].Throttling, null);
        }
    }

    private static void AddSummary(List<MetricPoint> points, string name, LatencySummary summary, int? nodeId)
    {
        if (summary.Take() is not { } taken) return;
        string? node = nodeId?.ToString(CultureInfo.InvariantCulture);
        points.Add(new MetricPoint($"{name}.avg", taken.Average) { NodeId = node });
        points.Add(new MetricPoint($"{name}.max", taken.Max) { NodeId = node });
    }
}

/// <summary>One number of one metric.</summary>
internal sealed record MetricPoint(string Name, double Value)
{
    /// <summary>A total that only grows, not a reading.</summary>
    public bool IsSum { get; init; }

    /// <summary>The broker it is about, if it is about one.</summary>
    public string? NodeId { get; init; }
}
