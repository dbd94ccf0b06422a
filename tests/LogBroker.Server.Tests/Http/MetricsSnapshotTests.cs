using System.Diagnostics.Metrics;
using LogBroker.Server.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Server.Tests.Http;

public sealed class MetricsSnapshotTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsSnapshot _snapshot;
    private readonly Meter _meter;

    public MetricsSnapshotTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _snapshot = new MetricsSnapshot(meters);
        _meter = meters.Create("LogBroker.Test");
    }

    public void Dispose()
    {
        _snapshot.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Counter_WithTags_AddsUpForEachSetOfTags()
    {
        Counter<long> counter = _meter.CreateCounter<long>("logbroker.produce.bytes", "By", "Bytes\nin.");
        counter.Add(1, new KeyValuePair<string, object?>("topic", "a\"\\\n"));
        counter.Add(2, new KeyValuePair<string, object?>("topic", "b"));
        counter.Add(3, new KeyValuePair<string, object?>("topic", "b"));

        Assert.Contains(
            "# HELP logbroker_produce_bytes_total Bytes\\nin.\n" +
            "# TYPE logbroker_produce_bytes_total counter\n" +
            "logbroker_produce_bytes_total{topic=\"a\\\"\\\\\\n\"} 1\n" +
            "logbroker_produce_bytes_total{topic=\"b\"} 5\n",
            _snapshot.ToPrometheusText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_OfSeconds_CountsCumulatively()
    {
        Histogram<double> histogram = _meter.CreateHistogram("logbroker.request.time", "s", null, null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (double seconds in new[] { 0.05, 0.1, 0.5, 7 })
            histogram.Record(seconds);

        Assert.Contains(
            "# TYPE logbroker_request_time_seconds histogram\n" +
            "logbroker_request_time_seconds_bucket{le=\"0.1\"} 2\n" +
            "logbroker_request_time_seconds_bucket{le=\"1\"} 3\n" +
            "logbroker_request_time_seconds_bucket{le=\"+Inf\"} 4\n" +
            "logbroker_request_time_seconds_sum 7.65\n" +
            "logbroker_request_time_seconds_count 4\n",
            _snapshot.ToPrometheusText(), StringComparison.Ordinal);
    }

    [Fact]
    public void ObservableGauge_ThatNoLongerReports_IsGone()
    {
        Measurement<int>[] seen = [new(3, new KeyValuePair<string, object?>("dir", "/a"))];
        _meter.CreateObservableGauge("logbroker.log.dir.free", () => seen, "By");

        Assert.Contains("logbroker_log_dir_free_bytes{dir=\"/a\"} 3\n", _snapshot.ToPrometheusText(), StringComparison.Ordinal);
        seen = [];
        Assert.DoesNotContain("logbroker_log_dir_free_bytes", _snapshot.ToPrometheusText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counter_FromManyThreads_LosesNothing()
    {
        Counter<int> counter = _meter.CreateCounter<int>("logbroker.test.many");
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++)
                counter.Add(1);
        });

        Assert.Contains("logbroker_test_many_total 80000\n", _snapshot.ToPrometheusText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_WithoutEnd_AreFoldedIntoOne()
    {
        Counter<int> counter = _meter.CreateCounter<int>("logbroker.test.wide");
        for (int i = 0; i < 10_100; i++)
            counter.Add(1, new KeyValuePair<string, object?>("client", i));

        Assert.Contains("logbroker_test_wide_total{overflow=\"true\"} 100\n", _snapshot.ToPrometheusText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Runtime_IsReportedToo() =>
        Assert.Contains("dotnet_process_memory_working_set_bytes ", _snapshot.ToPrometheusText(), StringComparison.Ordinal);

    [Fact]
    public void Meter_OfAnotherHost_IsLeftOut()
    {
        using ServiceProvider other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create("LogBroker.Other").CreateCounter<int>("logbroker.other").Add(1);

        Assert.DoesNotContain("logbroker_other", _snapshot.ToPrometheusText(), StringComparison.Ordinal);
    }
}
