using LogBroker.Client.Retry;
using LogBroker.Client.Security;
using LogBroker.Client.Telemetry;
using LogBroker.Transport;

namespace LogBroker.Client.Connections;

/// <summary>Makes connections: TCP, TLS, versions, authentication.</summary>
internal sealed class BrokerConnector(ClientOptions options)
{
    private readonly KafkaChannelOptions _channelOptions = new() { ClientId = options.ClientId };

    /// <exception cref="BrokerUnavailableException">It cannot be reached.</exception>
    /// <exception cref="AuthenticationFailedException">Client and broker do not accept each other.</exception>
    public async Task<BrokerConnection> ConnectAsync(
        BrokerNode broker, LaneMetrics metrics, CancellationToken cancellationToken)
    {
        KafkaChannel? channel = null;
        try
        {
            var stream = await WithinAsync(
                limit => OpenAsync(broker, limit), options.ConnectTimeout, nameof(ClientOptions.ConnectTimeout), broker, cancellationToken)
                .ConfigureAwait(false);
            channel = KafkaChannel.Over(stream, _channelOptions);
            return await WithinAsync(
                limit => IntroduceAsync(channel, broker, metrics, limit),
                options.RequestTimeout,
                nameof(ClientOptions.RequestTimeout),
                broker,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (channel is not null) await channel.DisposeAsync().ConfigureAwait(false);
            if (failure is KafkaException || cancellationToken.IsCancellationRequested) throw;
            if (options.Tls is not null && TlsHandshake.Refusal(failure) is { } reason)
                throw new AuthenticationFailedException($"The {broker} ended TLS: {reason}", failure);
            throw new BrokerUnavailableException($"The {broker} cannot be reached: {failure.Message}{Hint(channel)}", failure);
        }
    }

    /// <summary>TCP, and TLS on it.</summary>
    private async Task<Stream> OpenAsync(BrokerNode broker, CancellationToken cancellationToken)
    {
        var stream = await TcpDialer.ConnectAsync(broker.Address, options, cancellationToken).ConfigureAwait(false);
        return options.Tls is { } tls
            ? await TlsHandshake.RunAsync(stream, tls, broker, cancellationToken).ConfigureAwait(false)
            : stream;
    }

    /// <summary>Versions, and who the client is.</summary>
    private async Task<BrokerConnection> IntroduceAsync(
        KafkaChannel channel, BrokerNode broker, LaneMetrics metrics, CancellationToken cancellationToken)
    {
        var versions = await ApiVersionNegotiation.RunAsync(channel, options.ClientId, broker, cancellationToken)
            .ConfigureAwait(false);
        var authenticator = options.Sasl is { } sasl ? new SaslAuthenticator(sasl, options.TimeProvider) : null;
        if (authenticator is not null)
            await authenticator.AuthenticateAsync(channel, broker, versions, cancellationToken).ConfigureAwait(false);
        metrics.Connected();
        return new BrokerConnection(channel, broker, versions, authenticator, metrics, options.TimeProvider);
    }

    /// <summary>Gives a step its time, even one that does not look at its token, as an application's own callback.</summary>
    private async Task<T> WithinAsync<T>(
        Func<CancellationToken, Task<T>> step, TimeSpan timeout, string option, BrokerNode broker, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(timeout, options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        var running = step(limit.Token);
        try
        {
            return await running.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            running.Discard();
            if (cancellationToken.IsCancellationRequested) throw;
            throw new BrokerUnavailableException(
                $"The {broker} took no connection within {timeout.TotalMilliseconds:0} ms ({option}).");
        }
    }

    /// <summary>What it may mean that a broker takes a connection and ends it without a word.</summary>
    private string Hint(KafkaChannel? channel) => (channel, options.Tls, options.Sasl) switch
    {
        (null, _, _) => "",
        (_, null, null) => " Does this listener want TLS or SASL? Set Tls or Sasl in the client's options.",
        (_, null, _) => " Does this listener want TLS? Set Tls in the client's options.",
        (_, { ClientCertificate: null }, _) => " Does this listener want a client's certificate? Set Tls.ClientCertificate.",
        _ => "",
    };
}
