using LogBroker.Server.Hosting;
using Microsoft.AspNetCore.Connections;

namespace LogBroker.Server.Connections;

/// <summary>What Kestrel calls for every connection of the Kafka protocol.</summary>
internal sealed class KafkaConnectionHandler(
    BrokerLifecycle broker, ConnectionOptions options, ILogger<KafkaConnection> logger) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        string listener = connection.Features.Get<IListenerFeature>()?.Listener.Name ?? "";
        var caller = new ConnectionCaller(listener, connection.RemoteEndPoint, connection.ConnectionClosed);
        return new KafkaConnection(connection.Transport, caller, broker.Dispatcher, options.RequestBytesMax, logger).RunAsync();
    }
}
