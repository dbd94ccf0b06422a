using System.Net;

namespace LogBroker.Server.Transports;

/// <summary>An address to listen on that remembers which setting asked for it.</summary>
/// <param name="address">The address; <see cref="IPAddress.IPv6Any"/> takes IPv4 as well.</param>
/// <param name="port">The port, 0 for a free one.</param>
/// <param name="origin">The entry of the setting, for messages.</param>
internal abstract class BrokerEndPoint(IPAddress address, int port, string origin) : IPEndPoint(address, port)
{
    /// <summary>The entry of the setting, for messages.</summary>
    public string Origin { get; } = origin;
}

/// <summary>An address where the Kafka protocol is spoken.</summary>
/// <param name="address">See <see cref="BrokerEndPoint"/>.</param>
/// <param name="port">See <see cref="BrokerEndPoint"/>.</param>
/// <param name="origin">See <see cref="BrokerEndPoint"/>.</param>
/// <param name="listener">The listener's name.</param>
internal sealed class KafkaEndPoint(IPAddress address, int port, string origin, string listener)
    : BrokerEndPoint(address, port, origin)
{
    public string Listener { get; } = listener;
}

/// <summary>An address where HTTP is spoken.</summary>
internal sealed class HttpEndPoint(IPAddress address, int port, string origin) : BrokerEndPoint(address, port, origin);
