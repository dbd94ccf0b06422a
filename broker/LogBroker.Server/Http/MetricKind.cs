namespace LogBroker.Server.Http;

/// <summary>How an instrument's measurements add up.</summary>
internal enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A sum that grows and shrinks.</summary>
    UpDownCounter,

    /// <summary>The last value.</summary>
    Gauge,

    /// <summary>Counts by size.</summary>
    Histogram,
}
