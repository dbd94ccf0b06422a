using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LogBroker.Replication.Partitions;

namespace LogBroker.Server.Connections;

/// <summary>Bytes and records in and out by topic.</summary>
/// <remarks>Thread safe. Counting is two interlocked additions; instruments read the sums when they are asked. A topic that
/// is gone is no longer told and, at the next asking, forgotten.</remarks>
internal sealed class TrafficMetrics
{
    /// <summary>The meter of what concerns topics.</summary>
    public const string MeterName = "LogBroker.Topics";

    private readonly ConcurrentDictionary<string, TopicTraffic> _topics = new(StringComparer.Ordinal);
    private PartitionRegistry? _partitions;

    public TrafficMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        meter.CreateObservableCounter(
            "logbroker.topic.received", () => Measure(topic => topic.BytesIn), "By", "Record bytes appended by producers.");
        meter.CreateObservableCounter(
            "logbroker.topic.received.records", () => Measure(topic => topic.RecordsIn), "{record}", "Records appended by producers.");
        meter.CreateObservableCounter(
            "logbroker.topic.sent", () => Measure(topic => topic.BytesOut), "By", "Record bytes sent to consumers.");
        meter.CreateObservableCounter(
            "logbroker.topic.sent.records", () => Measure(topic => topic.RecordsOut), "{record}", "Records sent to consumers.");
    }

    /// <summary>Tells which topics there are, once they are loaded.</summary>
    public void Attach(PartitionRegistry partitions) => _partitions = partitions;

    /// <summary>The sums of a topic.</summary>
    public TopicTraffic Of(string topic) => _topics.GetOrAdd(topic, static _ => new TopicTraffic());

    /// <inheritdoc cref="Of(string)"/>
    /// <returns>Null when there is no such topic any more.</returns>
    public TopicTraffic? Of(Guid topicId) => _partitions?.Find(topicId) is { } topic ? Of(topic.Name) : null;

    private IEnumerable<Measurement<long>> Measure(Func<TopicTraffic, long> sum)
    {
        foreach ((string topic, TopicTraffic traffic) in _topics)
        {
            if (_partitions?.Find(topic) is null) _topics.TryRemove(topic, out _);
            else yield return new Measurement<long>(sum(traffic), new KeyValuePair<string, object?>("topic", topic));
        }
    }
}
