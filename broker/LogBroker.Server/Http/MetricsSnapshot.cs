using System.Diagnostics.Metrics;
using System.Text;

namespace LogBroker.Server.Http;

/// <summary>Listens to the broker's meters, the runtime's and Kestrel's, and writes their state as Prometheus text.</summary>
/// <remarks>One per broker, from the start of its host to its end, so that no count is missed. Measurements come from any
/// thread and take no lock; writing takes one, because observable instruments are asked in it.</remarks>
internal sealed class MetricsSnapshot : IDisposable
{
    private static readonly string[] MeterPrefixes = ["LogBroker.", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly Lock _lock = new();
    private readonly List<MetricInstrument> _instruments = [];
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;

    /// <summary>Begins to listen.</summary>
    /// <param name="meters">The host's factory: meters that another host of the same process made are left alone.</param>
    public MetricsSnapshot(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Enable;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record((double)value, tags, state));
        _listener.Start();
    }

    /// <summary>The names of all instruments in Prometheus' form, whether or not they have been used.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
                return [.. _instruments.Select(instrument => instrument.Name)];
        }
    }

    /// <summary>Asks the observable instruments and writes everything, sorted by name.</summary>
    public string ToPrometheusText()
    {
        lock (_lock)
        {
            foreach (MetricInstrument instrument in _instruments)
                instrument.ForgetObserved();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (MetricInstrument instrument in _instruments.OrderBy(instrument => instrument.Name, StringComparer.Ordinal))
                instrument.WriteTo(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Enable(Instrument instrument, MeterListener listener)
    {
        bool isOurs = instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, _meters);
        if (!isOurs || !MeterPrefixes.Any(prefix => instrument.Meter.Name.StartsWith(prefix, StringComparison.Ordinal)))
            return;
        var metric = new MetricInstrument(instrument);
        lock (_lock)
            _instruments.Add(metric);
        listener.EnableMeasurementEvents(instrument, metric);
    }

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        ((MetricInstrument)state!).Record(value, tags);
}
