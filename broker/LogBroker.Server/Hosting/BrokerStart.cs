namespace LogBroker.Server.Hosting;

/// <summary>What the rooms are opened with.</summary>
/// <param name="Options">What the broker was told.</param>
/// <param name="Listeners">The doors, with their real ports.</param>
/// <param name="Limits">Told what bounds refuse.</param>
/// <param name="Metrics">Shows the rooms once they are there.</param>
/// <param name="Readiness">Told how far loading is.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Where lines go.</param>
internal sealed record BrokerStart(
    BrokerOptions Options,
    BoundListeners Listeners,
    LimitReports Limits,
    BrokerMetrics Metrics,
    BrokerReadiness Readiness,
    TimeProvider Time,
    ILoggerFactory Loggers);
