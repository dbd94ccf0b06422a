using System.Net.Sockets;
using LogBroker.Transport;

namespace LogBroker.Client.Connections;

/// <summary>Makes connections: TCP, TLS, versions, authentication.</summary>
internal sealed class BrokerConnector(ClientOptions options)
{
    private readonly KafkaChannelOptions _channelOptions = new() { ClientId = options.ClientId };

    /// <exception cref="BrokerUnavailableException">It cannot be reached.</exception>
    /// <exception cref="AuthenticationFailedException">Client and broker do not accept each other.</exception>
    public async Task<BrokerConnection> ConnectAsync(BrokerNode broker, CancellationToken cancellationToken)
    {
        KafkaChannel? channel = null;
        try
        {
            var stream = await OpenAsync(broker, cancellationToken).ConfigureAwait(false);
            channel = KafkaChannel.Over(stream, _channelOptions);
            var versions = await ApiVersionNegotiation.RunAsync(channel, options.ClientId, broker, cancellationToken)
                .WaitAsync(options.RequestTimeout, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            return new BrokerConnection(channel, broker, versions, options.TimeProvider);
        }
        catch (Exception failure)
        {
            if (channel is not null) await channel.DisposeAsync().ConfigureAwait(false);
            if (failure is KafkaException || cancellationToken.IsCancellationRequested) throw;
            throw new BrokerUnavailableException($"The {broker} cannot be reached: {failure.Message}", failure);
        }
    }

    private async Task<Stream> OpenAsync(BrokerNode broker, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = options.TimeProvider.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), limit, options.ConnectTimeout, Timeout.InfiniteTimeSpan);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (options.SendBufferBytes is { } sent) socket.SendBufferSize = sent;
            if (options.ReceiveBufferBytes is { } received) socket.ReceiveBufferSize = received;
            await socket.ConnectAsync(broker.Host, broker.Port, limit.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new BrokerUnavailableException(
                $"The {broker} did not take a connection within {options.ConnectTimeout.TotalMilliseconds:0} ms (ConnectTimeout).");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
