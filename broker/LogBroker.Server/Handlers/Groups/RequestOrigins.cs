using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LogBroker.Coordination.Runtime;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Tells a coordinator where a request comes from.</summary>
internal static class RequestOrigins
{
    public static RequestOrigin Of(RequestContext context) =>
        new(context.ClientId ?? "", HostOf(context.RemoteEndPoint), context.ApiVersion);

    /// <summary>The address as Java writes one without a name.</summary>
    private static string HostOf(EndPoint? endPoint)
    {
        if (endPoint is not IPEndPoint { Address: var address }) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return $"/{address}";
        byte[] bytes = address.GetAddressBytes();
        var words = Enumerable.Range(0, 8).Select(
            i => ((bytes[2 * i] << 8) | bytes[(2 * i) + 1]).ToString("x", CultureInfo.InvariantCulture));
        return $"/{string.Join(':', words)}";
    }
}
