using System.Net;
using System.Net.Sockets;
using LogBroker.Server.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace LogBroker.Server.Transports;

/// <summary>Binds the broker's ports with Kestrel's sockets and says plainly, naming the setting, when that fails.</summary>
internal sealed class BrokerListenerFactory(
    IOptions<SocketTransportOptions> options, AcceptPace pace, ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, loggers);

    /// <summary>Makes the socket to listen on; the connections inherit its buffers.</summary>
    public static Socket BindSocket(EndPoint endpoint, ConnectionOptions options)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (endpoint is not KafkaEndPoint)
            return socket;
        if (options.SendBufferBytes >= 0)
            socket.SendBufferSize = options.SendBufferBytes;
        if (options.ReceiveBufferBytes >= 0)
            socket.ReceiveBufferSize = options.ReceiveBufferBytes;
        return socket;
    }

    public bool CanBind(EndPoint endpoint) => endpoint is BrokerEndPoint;

    /// <exception cref="StartFailedException">The address cannot be bound.</exception>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var wanted = (BrokerEndPoint)endpoint;
        try
        {
            IConnectionListener bound = await _sockets.BindAsync(wanted, cancellationToken);
            return wanted is KafkaEndPoint kafka ? new PacedConnectionListener(bound, kafka.Listener, pace) : bound;
        }
        catch (AddressInUseException inUse)
        {
            throw new StartFailedException($"Cannot listen on {wanted.Origin}: the port is in use by another process.", inUse);
        }
        catch (SocketException refused)
        {
            throw new StartFailedException($"Cannot listen on {wanted.Origin}: {refused.Message}.", refused);
        }
    }
}
