using System.Globalization;
using LogBroker.Client.Connections;

namespace LogBroker.Client.Telemetry;

/// <summary>The metrics of one client, under the names KIP-714 gives them: producing connections count as the producer's, fetching
/// and group connections as the consumer's.</summary>
/// <remarks>Lanes are written by any thread; <see cref="Take"/> is called by the reporter only.</remarks>
internal sealed class ClientMetrics
{
    private const string Prefix = "org.apache.kafka.";

    private readonly LaneMetrics _control = new();
    private readonly LaneMetrics _produce = new();
    private readonly LaneMetrics _fetch = new();
    private readonly LaneMetrics _group = new();

    private readonly Dictionary<string, long> _lastConnections = [];

    public LaneMetrics Of(ConnectionLane lane) => lane switch
    {
        ConnectionLane.Produce => _produce,
        ConnectionLane.Fetch => _fetch,
        ConnectionLane.Group => _group,
        _ => _control,
    };

    /// <summary>What happened since the last call, of the metrics wanted.</summary>
    /// <param name="wanted">Beginnings of names; an empty one wants all, none at all wants nothing.</param>
    /// <param name="asDelta">Whether totals are told as what came since the last call.</param>
    /// <param name="elapsed">How long that is.</param>
    public IReadOnlyList<MetricPoint> Take(IReadOnlyCollection<string> wanted, bool asDelta, TimeSpan elapsed)
    {
        var points = new List<MetricPoint>();
        Add(points, "producer", [_produce], asDelta, elapsed);
        AddSummary(points, $"{Prefix}producer.produce.throttle.time", [_produce.Throttling], null);
        Add(points, "consumer", [_fetch, _group], asDelta, elapsed);
        AddSummary(points, $"{Prefix}consumer.fetch.manager.fetch.throttle.time", [_fetch.Throttling], null);
        return [.. points.Where(point => wanted.Any(start => point.Name.StartsWith(start, StringComparison.Ordinal)))];
    }

    private void Add(List<MetricPoint> points, string kind, LaneMetrics[] lanes, bool asDelta, TimeSpan elapsed)
    {
        string prefix = $"{Prefix}{kind}.";
        long total = lanes.Sum(lane => lane.Connections);
        if (total == 0) return;
        long fresh = total - _lastConnections.GetValueOrDefault(kind);
        _lastConnections[kind] = total;
        points.Add(new MetricPoint($"{prefix}connection.creation.total", asDelta ? fresh : total) { IsSum = true });
        points.Add(new MetricPoint($"{prefix}connection.creation.rate", elapsed > TimeSpan.Zero ? fresh / elapsed.TotalSeconds : 0));
        foreach (var node in lanes.SelectMany(lane => lane.Latencies).GroupBy(latency => latency.Key, latency => latency.Value))
            AddSummary(points, $"{prefix}node.request.latency", node, node.Key);
    }

    /// <summary>Average and maximum over all of <paramref name="summaries"/>; nothing when there is nothing in them.</summary>
    private static void AddSummary(List<MetricPoint> points, string name, IEnumerable<LatencySummary> summaries, int? nodeId)
    {
        var taken = summaries.Aggregate(default(LatencyTotals), (sum, summary) => sum.With(summary.Take()));
        if (taken.Count == 0) return;
        string? node = nodeId?.ToString(CultureInfo.InvariantCulture);
        points.Add(new MetricPoint($"{name}.avg", taken.AverageMilliseconds) { NodeId = node });
        points.Add(new MetricPoint($"{name}.max", taken.MaxMilliseconds) { NodeId = node });
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
