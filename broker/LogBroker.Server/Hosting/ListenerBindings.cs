using System.Net;
using LogBroker.Server.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LogBroker.Server.Hosting;

/// <summary>Asks Kestrel for the broker's doors and remembers which it got.</summary>
internal sealed class ListenerBindings(BrokerOptions options)
{
    private readonly List<(BrokerListener Listener, ListenOptions Door)> _kafka = [];
    private readonly List<ListenOptions> _http = [];

    /// <summary>What is bound; meaningful once Kestrel has started.</summary>
    public BoundListeners Bound => new(
        [.. _kafka.Select(entry => new BoundListener(entry.Listener, (IPEndPoint)entry.Door.EndPoint))],
        [.. _http.Select(door => (IPEndPoint)door.EndPoint)]);

    /// <summary>Declares the doors. HTTP is served only on its own: a Kafka door ends in the Kafka protocol.</summary>
    public void Declare(KestrelServerOptions kestrel)
    {
        IServiceProvider services = kestrel.ApplicationServices;
        var gate = services.GetRequiredService<ConnectionGate>();
        foreach (BrokerListener listener in options.Listeners)
        {
            ListenerAddress address = listener.Address;
            kestrel.Listen(new KafkaEndPoint(HostAddresses.Resolve(address), address.Port, address.ToString(), listener.Name), door =>
            {
                door.Use(next => gate.Guard(listener, next));
                door.Run(connection => services.GetRequiredService<ConnectionHandler>().OnConnectedAsync(connection));
                _kafka.Add((listener, door));
            });
        }
        foreach (ListenerAddress address in options.HttpListeners)
        {
            kestrel.Listen(new HttpEndPoint(HostAddresses.Resolve(address), address.Port, address.ToString()), door =>
            {
                door.Protocols = HttpProtocols.Http1;
                _http.Add(door);
            });
        }
    }
}
