using System.Globalization;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Bench;

/// <summary>What a measurement gave.</summary>
/// <param name="Kind">What was measured.</param>
/// <param name="Topic">On which topic.</param>
/// <param name="Records">How many records.</param>
/// <param name="Bytes">Bytes of their values.</param>
/// <param name="Took">How long all of them took.</param>
/// <param name="Latencies">How long each took, or with "consume" each batch was waited for.</param>
internal sealed record BenchResult(string Kind, string Topic, long Records, long Bytes, TimeSpan Took, LatencyHistogram Latencies)
{
    private const int BarWidth = 40;
    private const int HistogramRows = 16;
    private const double BytesInMegabyte = 1_000_000;

    public Details ToDocument()
    {
        double seconds = Math.Max(Took.TotalSeconds, 1e-9);
        Details details = new Details()
            .Add("bench", Kind)
            .Add("topic", Topic)
            .Add("records", Records)
            .Add("seconds", Math.Round(Took.TotalSeconds, 3))
            .Add("records-per-second", Math.Round(Records / seconds))
            .Add("megabytes-per-second", Math.Round(Bytes / BytesInMegabyte / seconds, 2));
        if (Latencies.Count == 0) return details;
        details
            .Add("latency-mean-ms", Milliseconds(Latencies.Mean))
            .Add("latency-p50-ms", Milliseconds(Latencies.Percentile(0.5)))
            .Add("latency-p95-ms", Milliseconds(Latencies.Percentile(0.95)))
            .Add("latency-p99-ms", Milliseconds(Latencies.Percentile(0.99)))
            .Add("latency-p999-ms", Milliseconds(Latencies.Percentile(0.999)))
            .Add("latency-max-ms", Milliseconds(Latencies.Max));
        IReadOnlyList<(TimeSpan UpTo, long Count)> rows = Latencies.Rows(HistogramRows);
        long most = rows.Max(row => row.Count);
        return details.Add("histogram", new Listing<(TimeSpan UpTo, long Count)>(
            rows,
            new("up-to-ms", row => Milliseconds(row.UpTo), row => Milliseconds(row.UpTo).ToString("F3", CultureInfo.InvariantCulture)),
            new("count", row => row.Count),
            new("share", row => Math.Round((double)row.Count / Latencies.Count, 5), row => Bar.Of((double)row.Count / most, BarWidth)) { Tone = _ => Tone.Accent }));
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
