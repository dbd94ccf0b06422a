using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace LogBroker.Server.Http;

/// <summary>One instrument and its series, one for each set of tags it was used with.</summary>
/// <remarks>Recording is safe from any thread and allocates only for a set of tags not seen before.</remarks>
internal sealed class MetricInstrument
{
    // A label that grows without end (a client's id, say) must not take the broker's memory.
    private const int SeriesMax = 10_000;

    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("overflow", "true")];

    private readonly ConcurrentDictionary<TagSet, MetricSeries> _series = new(TagSetComparer.Instance);
    private readonly ConcurrentDictionary<TagSet, MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _bySpan;
    private readonly MetricKind _kind;
    private readonly bool _isObserved;
    private readonly string? _help;
    private readonly double[] _bounds;

    public MetricInstrument(Instrument instrument)
    {
        _bySpan = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        _isObserved = instrument.IsObservable;
        _kind = KindOf(instrument);
        _help = instrument.Description;
        _bounds = _kind == MetricKind.Histogram ? HistogramBounds.Of(instrument) : [];
        Name = PrometheusText.NameOf(instrument.Name, instrument.Unit, _kind);
    }

    /// <summary>The name in Prometheus' form.</summary>
    public string Name { get; }

    /// <summary>Takes one measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_bySpan.TryGetValue(tags, out MetricSeries? series))
            series = AddSeries(tags);
        if (_kind == MetricKind.Histogram)
            series.Observe(value);
        else if (_isObserved || _kind == MetricKind.Gauge)
            series.Set(value);
        else
            series.Add(value);
    }

    /// <summary>Drops what observable instruments reported last time: a series that is not reported again is gone.</summary>
    public void ForgetObserved()
    {
        if (_isObserved)
            _series.Clear();
    }

    /// <summary>Writes the instrument and its series; nothing when it was never used.</summary>
    public void WriteTo(StringBuilder text)
    {
        if (_series.IsEmpty)
            return;
        PrometheusText.WriteHeader(text, Name, _help, _kind);
        foreach ((string labels, MetricSeries series) in _series
            .Select(entry => (Labels: PrometheusText.LabelsOf(entry.Key), Series: entry.Value))
            .OrderBy(entry => entry.Labels, StringComparer.Ordinal))
            series.WriteTo(text, Name, labels);
    }

    private MetricSeries AddSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_series.Count >= SeriesMax)
            tags = OverflowTags;
        return _series.GetOrAdd(TagSet.Of(tags), static (_, bounds) => new MetricSeries(bounds), _bounds);
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        Type type = instrument.GetType().IsGenericType ? instrument.GetType().GetGenericTypeDefinition() : instrument.GetType();
        if (type == typeof(Histogram<>))
            return MetricKind.Histogram;
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
            return MetricKind.Counter;
        return type == typeof(UpDownCounter<>) || type == typeof(ObservableUpDownCounter<>)
            ? MetricKind.UpDownCounter
            : MetricKind.Gauge;
    }
}
