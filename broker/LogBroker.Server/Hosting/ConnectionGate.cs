using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace LogBroker.Server.Hosting;

/// <summary>Stands before the Kafka protocol: counts connections, closes those beyond the bounds and lets the others wait
/// until the broker has loaded its data.</summary>
/// <remarks>One per broker, called from any thread. A connection that is let in is watched: a silent one is aborted, and
/// when the broker stops its reading is cancelled, so that what was asked is answered and nothing more is taken. The counts are under one lock, taken twice in a connection's life.
/// A broker that is loading holds connections instead of refusing them, because refused clients come back many times
/// a second and take the processor from the loading.</remarks>
internal sealed partial class ConnectionGate(
    ConnectionOptions options, BrokerReadiness readiness, HostMetrics metrics, TimeProvider time, ILogger<ConnectionGate> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _countByAddress = [];
    private int _count;

    /// <summary>Wraps the next step of a connection on one listener.</summary>
    public ConnectionDelegate Guard(BrokerListener listener, ConnectionDelegate next) =>
        connection => RunAsync(connection, listener, next);

    private async Task RunAsync(ConnectionContext connection, BrokerListener listener, ConnectionDelegate next)
    {
        IPAddress address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (!TryEnter(address))
        {
            metrics.ConnectionRefused(listener.Name);
            Log.ConnectionRefused(logger, connection.RemoteEndPoint, listener.Name);
            return;
        }
        metrics.ConnectionOpened(listener.Name);
        try
        {
            connection.Features.Set<IListenerFeature>(WatchIdleness(connection, listener));
            using CancellationTokenRegistration stop = CancelReadingOnStop(connection);
            if (!readiness.WhenReady.IsCompleted)
                await readiness.WhenReady.WaitAsync(connection.ConnectionClosed);
            await next(connection);
        }
        catch (OperationCanceledException) when (connection.ConnectionClosed.IsCancellationRequested)
        {
            // The client left, or the broker stops: either way there is nobody to tell.
        }
        finally
        {
            metrics.ConnectionClosed(listener.Name);
            Leave(address);
        }
    }

    private ListenerFeature WatchIdleness(ConnectionContext connection, BrokerListener listener)
    {
        var feature = new ListenerFeature(listener, time);
        if (options.IdleTimeout != TimeSpan.MaxValue)
            connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(_ => EndIfIdle(connection, feature), this);
        return feature;
    }

    // Runs once a second for each connection.
    private void EndIfIdle(ConnectionContext connection, ListenerFeature feature)
    {
        if (feature.IdleTime < options.IdleTimeout)
            return;
        Log.ConnectionIdle(logger, connection.RemoteEndPoint, options.IdleTimeout);
        connection.Abort(new ConnectionAbortedException("The connection was idle for too long."));
    }

    private static CancellationTokenRegistration CancelReadingOnStop(ConnectionContext connection)
    {
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            ?? CancellationToken.None;
        return stopping.UnsafeRegister(static input => ((PipeReader)input!).CancelPendingRead(), connection.Transport.Input);
    }

    private bool TryEnter(IPAddress address)
    {
        int max = options.ConnectionsMaxByAddress.GetValueOrDefault(address.ToString(), options.ConnectionsPerAddressMax);
        lock (_lock)
        {
            int fromAddress = _countByAddress.GetValueOrDefault(address);
            if (_count >= options.ConnectionsMax || fromAddress >= max)
                return false;
            _count++;
            _countByAddress[address] = fromAddress + 1;
            return true;
        }
    }

    private void Leave(IPAddress address)
    {
        lock (_lock)
        {
            _count--;
            if (--_countByAddress[address] == 0)
                _countByAddress.Remove(address);
        }
    }

    private sealed class ListenerFeature(BrokerListener listener, TimeProvider time) : IListenerFeature
    {
        private long _lastActive = time.GetTimestamp();
        private volatile bool _isActive;

        public BrokerListener Listener { get; } = listener;

        /// <summary>How long nothing was marked, to the second. Asked by the heartbeat alone.</summary>
        public TimeSpan IdleTime
        {
            get
            {
                if (_isActive)
                {
                    _isActive = false;
                    _lastActive = time.GetTimestamp();
                }
                return time.GetElapsedTime(_lastActive);
            }
        }

        public void MarkActive() => _isActive = true;
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "Refused a connection from {RemoteEndPoint} on {Listener}: too many are open",
            EventName = "ConnectionRefused")]
        public static partial void ConnectionRefused(ILogger logger, EndPoint? remoteEndPoint, string listener);

        [LoggerMessage(1102, LogLevel.Debug, "Closed the connection from {RemoteEndPoint}: it was silent for {IdleTimeout}",
            EventName = "ConnectionIdle")]
        public static partial void ConnectionIdle(ILogger logger, EndPoint? remoteEndPoint, TimeSpan idleTimeout);
    }
}
