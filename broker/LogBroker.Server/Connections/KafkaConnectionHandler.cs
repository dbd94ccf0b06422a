using LogBroker.Server.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace LogBroker.Server.Connections;

/// <summary>What Kestrel calls for every connection of the Kafka protocol.</summary>
internal sealed class KafkaConnectionHandler(BrokerLifecycle broker, ConnectionServices services) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        IListenerFeature door = connection.Features.GetRequiredFeature<IListenerFeature>();
        var caller = new ConnectionCaller(door, connection.RemoteEndPoint, connection.Abort, connection.ConnectionClosed);
        return new KafkaConnection(connection.Transport, caller, broker.Dispatcher, services).RunAsync();
    }
}
