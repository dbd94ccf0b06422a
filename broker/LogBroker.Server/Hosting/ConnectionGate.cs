using System.Net;
using Microsoft.AspNetCore.Connections;

namespace LogBroker.Server.Hosting;

/// <summary>Stands before the Kafka protocol: counts connections, closes those beyond the bounds and lets the others wait
/// until the broker has loaded its data.</summary>
/// <remarks>One per broker, called from any thread. The counts are under one lock, taken twice in a connection's life.
/// A broker that is loading holds connections instead of refusing them, because refused clients come back many times
/// a second and take the processor from the loading.</remarks>
internal sealed partial class ConnectionGate(
    ConnectionOptions options, BrokerReadiness readiness, HostMetrics metrics, ILogger<ConnectionGate> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _countByAddress = [];
    private int _count;

    /// <summary>Wraps the next step of a connection on one listener.</summary>
    public ConnectionDelegate Guard(BrokerListener listener, ConnectionDelegate next)
    {
        var feature = new ListenerFeature(listener);
        return connection => RunAsync(connection, feature, next);
    }

    private async Task RunAsync(ConnectionContext connection, ListenerFeature feature, ConnectionDelegate next)
    {
        IPAddress address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (!TryEnter(address))
        {
            metrics.ConnectionRefused(feature.Listener.Name);
            Log.ConnectionRefused(logger, connection.RemoteEndPoint, feature.Listener.Name);
            return;
        }
        metrics.ConnectionOpened(feature.Listener.Name);
        try
        {
            connection.Features.Set<IListenerFeature>(feature);
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
            metrics.ConnectionClosed(feature.Listener.Name);
            Leave(address);
        }
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

    private sealed record ListenerFeature(BrokerListener Listener) : IListenerFeature;

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "Refused a connection from {RemoteEndPoint} on {Listener}: too many are open",
            EventName = "ConnectionRefused")]
        public static partial void ConnectionRefused(ILogger logger, EndPoint? remoteEndPoint, string listener);
    }
}
