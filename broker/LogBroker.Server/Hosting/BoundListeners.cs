using System.Collections.Immutable;
using System.Net;

namespace LogBroker.Server.Hosting;

/// <summary>A listener and the address that it was bound to, its port never 0.</summary>
public sealed record BoundListener(BrokerListener Listener, IPEndPoint EndPoint)
{
    /// <summary>What clients are told to connect to, or null when the listener is not advertised.</summary>
    public (string Host, int Port)? Advertised => Listener.AdvertisedAddress is not { } address
        ? null
        : (address.Host.Length == 0 ? Dns.GetHostName() : address.Host, address.Port == 0 ? EndPoint.Port : address.Port);
}

/// <summary>The doors of a running broker.</summary>
/// <param name="Listeners">Those of the Kafka protocol, in the order of the setting.</param>
/// <param name="Http">Those of HTTP.</param>
public sealed record BoundListeners(ImmutableArray<BoundListener> Listeners, ImmutableArray<IPEndPoint> Http);
