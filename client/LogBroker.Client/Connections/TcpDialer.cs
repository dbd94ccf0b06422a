using System.Net;
using System.Net.Sockets;
using LogBroker.Client.Retry;

namespace LogBroker.Client.Connections;

/// <summary>Opens TCP connections. A host with several addresses is reached at the first that answers: each gets a head start before
/// the next is tried as well (RFC 8305), so that one that leads nowhere does not hide the others.</summary>
internal static class TcpDialer
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <exception cref="SocketException">The host is not known, or none of its addresses answers.</exception>
    public static async Task<NetworkStream> ConnectAsync(BrokerAddress broker, ClientOptions options, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(broker.Host, cancellationToken).ConfigureAwait(false);
        return await ConnectAsync(addresses, broker.Port, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ConnectAsync(BrokerAddress, ClientOptions, CancellationToken)"/>
    public static Task<NetworkStream> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, ClientOptions options, CancellationToken cancellationToken) =>
        StaggeredTries.RunAsync(
            addresses, (address, token) => ConnectAsync(address, port, options, token), HeadStart, options.TimeProvider, cancellationToken);

    private static async Task<NetworkStream> ConnectAsync(
        IPAddress address, int port, ClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            if (options.SendBufferBytes is { } sent) socket.SendBufferSize = sent;
            if (options.ReceiveBufferBytes is { } received) socket.ReceiveBufferSize = received;
            await socket.ConnectAsync(address, port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
