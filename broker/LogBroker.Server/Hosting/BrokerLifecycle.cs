using LogBroker.Server.Connections;

namespace LogBroker.Server.Hosting;

/// <summary>Opens the rooms of the broker when the ports are bound and closes them when the last connection is gone.</summary>
/// <remarks>Called by the host as <see cref="IBrokerLifecycle"/> says. <see cref="Dispatcher"/> is there once loaded, which is
/// before any connection is let in.</remarks>
internal sealed class BrokerLifecycle(
    BrokerOptions options, TimeProvider time, ConnectionBounds bounds, ConnectionServices connections, BrokerMetrics metrics,
    BrokerReadiness readiness, ILoggerFactory loggers) : IBrokerLifecycle
{
    private RunningBroker? _broker;

    /// <summary>What lies behind the wire; there once loaded.</summary>
    public RunningBroker Broker => _broker ?? throw new InvalidOperationException("The broker is not loaded.");

    /// <summary>Serves every request.</summary>
    public RequestDispatcher Dispatcher { get; private set; } = null!;

    public async Task LoadAsync(BoundListeners listeners, CancellationToken cancelled)
    {
        _broker = await RunningBroker.OpenAsync(
            new BrokerStart(options, listeners, connections.Limits, metrics, readiness, time, loggers), cancelled).ConfigureAwait(false);
        bounds.Follow(_broker.Catalogue);
        connections.Traffic.Attach(_broker.Partitions);
        Dispatcher = new RequestDispatcher(
            HandlerComposition.Compose(_broker, options, connections.Traffic, time), connections.Metrics, connections.Interceptor);
    }

    public async Task CloseAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync().ConfigureAwait(false);
    }
}
