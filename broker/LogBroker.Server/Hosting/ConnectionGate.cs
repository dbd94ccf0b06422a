using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace LogBroker.Server.Hosting;

/// <summary>Stands before the Kafka protocol: counts connections, closes those beyond the bounds and lets the others wait
/// until the broker has loaded its data.</summary>
/// <remarks>One per broker, called from any thread. A connection that is let in is watched: one that is silent, or sends a
/// request too slowly, is aborted, and when the broker stops its reading is cancelled, so that what was asked is answered
/// and nothing more is taken. A broker that is loading holds connections instead of refusing them, because refused clients
/// come back many times a second and take the processor from the loading.</remarks>
internal sealed class ConnectionGate(
    ConnectionBounds bounds, LimitReports limits, BrokerReadiness readiness, HostMetrics metrics, TimeProvider time)
{
    private readonly ConnectionCounts _counts = new();

    /// <summary>Wraps the next step of a connection on one listener.</summary>
    public ConnectionDelegate Guard(BrokerListener listener, ConnectionDelegate next) =>
        connection => RunAsync(connection, listener, next);

    private async Task RunAsync(ConnectionContext connection, BrokerListener listener, ConnectionDelegate next)
    {
        IPAddress address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (_counts.TryEnter(address, listener.Name, bounds.Current) is { } reached)
        {
            metrics.ConnectionRefused(listener.Name);
            limits.Refused(reached.Setting, reached.Max, () => $"A connection from {connection.RemoteEndPoint} on {listener.Name}");
            return;
        }
        metrics.ConnectionOpened(listener.Name);
        try
        {
            connection.Features.Set<IListenerFeature>(Watch(connection, listener));
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
            _counts.Leave(address, listener.Name);
        }
    }

    private ConnectionWatch Watch(ConnectionContext connection, BrokerListener listener)
    {
        var watch = new ConnectionWatch(listener, time);
        connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(_ => EndIfLate(connection, watch), this);
        return watch;
    }

    // Runs once a second for each connection.
    private void EndIfLate(ConnectionContext connection, ConnectionWatch watch)
    {
        ConnectionOptions options = bounds.Current;
        if (watch.IdleTime >= options.IdleTimeout)
        {
            limits.Refused(LimitNames.IdleTime, options.IdleTimeout.TotalMilliseconds,
                () => $"A longer silence of {connection.RemoteEndPoint}", LogLevel.Information);
            connection.Abort(new ConnectionAbortedException("The connection was idle for too long."));
        }
        else if (watch.IsReceivingTooLong(options.ReceiveTimeout))
        {
            limits.Refused(LimitNames.ReceiveTime, options.ReceiveTimeout.TotalMilliseconds,
                () => $"More time for a request that {connection.RemoteEndPoint} sends slowly");
            connection.Abort(new ConnectionAbortedException("The request did not arrive in time."));
        }
    }

    private static CancellationTokenRegistration CancelReadingOnStop(ConnectionContext connection)
    {
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            ?? CancellationToken.None;
        return stopping.UnsafeRegister(static input => ((PipeReader)input!).CancelPendingRead(), connection.Transport.Input);
    }
}
