using System.Net;
using System.Net.Sockets;

namespace LogBroker.Server.Hosting;

/// <summary>Finds the address to listen on for a host as written in a setting.</summary>
internal static class HostAddresses
{
    /// <summary>An empty host means every address of the machine, IPv6 and IPv4 through one socket. A name is looked up
    /// and, as Kafka does, an IPv4 address is preferred when it has both kinds.</summary>
    /// <exception cref="StartFailedException">The name has no address.</exception>
    public static IPAddress Resolve(ListenerAddress listener)
    {
        if (listener.Host.Length == 0)
            return Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        if (IPAddress.TryParse(listener.Host, out IPAddress? address))
            return address;
        try
        {
            IPAddress[] addresses = Dns.GetHostAddresses(listener.Host);
            return addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        }
        catch (SocketException unknown)
        {
            throw new StartFailedException($"Cannot listen on {listener}: the host has no address here.", unknown);
        }
    }
}
