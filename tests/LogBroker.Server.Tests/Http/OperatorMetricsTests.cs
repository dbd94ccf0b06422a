using System.Text.Json;
using System.Text.RegularExpressions;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Http;
using LogBroker.Server.Tests.Serving;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Http;

/// <summary>What operators see of a broker that serves clients.</summary>
public sealed partial class OperatorMetricsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Metrics_AfterTraffic_TellItByTopicAndApi()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("orders", partitions: 2);
        byte[] batch = Requests.Batch("a", "b", "c");
        await broker.SendAsync(Requests.Produce(topic, batch));
        await broker.SendAsync(Requests.Fetch(topic));
        await broker.SendAsync(Requests.Fetch(topic));
        await broker.SendAsync(Requests.Fetch(Guid.NewGuid()));

        string[] expected =
        [
            $"logbroker_topic_received_bytes_total{{topic=\"orders\"}} {batch.Length}",
            "logbroker_topic_received_records_total{topic=\"orders\"} 3",
            $"logbroker_topic_sent_bytes_total{{topic=\"orders\"}} {2 * batch.Length}",
            "logbroker_topic_sent_records_total{topic=\"orders\"} 6",
            "logbroker_requests_total{api=\"Produce\"} 1",
            "logbroker_requests_total{api=\"Fetch\"} 3",
            "logbroker_request_duration_seconds_count{api=\"Fetch\"} 3",
            "logbroker_request_errors_total{api=\"Fetch\",error=\"UnknownTopicId\"} 1",
            "logbroker_requests_waiting{api=\"Fetch\"} 0",
            $"logbroker_log_size_bytes{{topic=\"orders\"}} {batch.Length}",
            "logbroker_log_segments{topic=\"orders\"} 2",
            "logbroker_log_undurable_records 0",
            "logbroker_partitions 2",
            "logbroker_partitions_offline 0",
            "logbroker_connections{listener=\"PLAINTEXT\"} 1",
        ];
        // The broker counts after it has answered.
        using var patience = new CancellationTokenSource(Patience);
        string metrics = await broker.ReadHttpAsync("/metrics");
        while (!patience.IsCancellationRequested && (expected.Except(metrics.Split('\n')).Any() || !Flushes().IsMatch(metrics)))
            metrics = await broker.ReadHttpAsync("/metrics");

        Assert.Empty(expected.Except(metrics.Split('\n')));
        Assert.Matches(Flushes(), metrics);
        Assert.Matches(@"\nlogbroker_descriptors [1-9]", metrics);
    }

    [Fact]
    public async Task Waiting_AParkedFetch_IsCounted()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid topic = await broker.CreateTopicAsync("t");
        Task<FetchResponse> parked = broker.SendAsync(Requests.Fetch(topic, maxWaitMs: 60_000));

        using var patience = new CancellationTokenSource(Patience);
        while (await broker.ReadMetricAsync("logbroker_requests_waiting{api=\"Fetch\"}") != 1) patience.Token.ThrowIfCancellationRequested();
        await using var other = await broker.ConnectAsync();
        await other.SendAsync(Requests.Produce(topic, Requests.Batch("x")), 13);
        await parked.WaitAsync(patience.Token);

        while (await broker.ReadMetricAsync("logbroker_requests_waiting{api=\"Fetch\"}") != 0) patience.Token.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task Dashboard_AsksOnlyForMetricsThereAre()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        HashSet<string> known = [.. broker.Service<MetricsSnapshot>().Names];
        using JsonDocument dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.PathOf("docker/grafana/dashboards/logbroker.json")));

        string[] expressions =
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .Where(panel => panel.GetProperty("type").GetString() != "row")
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
        string[] asked = [.. expressions.SelectMany(text => MetricName().Matches(text)).Select(match => match.Value).Distinct()];

        Assert.True(asked.Length > 20);
        string[] unknown = [.. asked.Where(name => !known.Contains(name) && !known.Contains(Bucket().Replace(name, "")))];
        Assert.Empty(unknown);
        // What operators ask must be on the dashboard too.
        Assert.Empty(known.Where(name => name.StartsWith("logbroker_", StringComparison.Ordinal))
            .Except(asked.Select(name => Bucket().Replace(name, ""))));
    }

    [GeneratedRegex(@"\b(logbroker|dotnet)_[a-z_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"logbroker_flush_duration_seconds_count\{directory=""[^""]+""\} [1-9]")]
    private static partial Regex Flushes();

    [GeneratedRegex("_bucket$")]
    private static partial Regex Bucket();
}
