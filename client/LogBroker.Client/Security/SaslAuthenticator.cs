using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.Client.Security;

/// <summary>Tells a broker who the client is (KIP-43, KIP-152), at the start of a connection and again before the session the broker
/// grants ends (KIP-368).</summary>
/// <remarks>Owned by one connection; one authentication at a time.</remarks>
internal sealed class SaslAuthenticator(SaslCredentials credentials, TimeProvider time)
{
    private const short HandshakeVersion = 1;

    // Renewed when 85 to 95 % of the session are over, as Kafka's clients do, so that clients do not all come at once.
    private const double RenewedAfter = 0.85;
    private const double Spread = 0.1;

    // A year: more than that cannot be told from for ever, and does not fit a clock's ticks.
    private const double SessionSecondsMax = 365 * 24 * 60 * 60;

    private long _renewAt = long.MaxValue;

    /// <summary>Whether the session ends soon: authenticate again before the next request.</summary>
    public bool IsRenewalDue => time.GetTimestamp() >= Volatile.Read(ref _renewAt);

    /// <summary>Authenticates; no other request may be sent meanwhile.</summary>
    /// <exception cref="AuthenticationFailedException">The broker does not accept it.</exception>
    public async Task AuthenticateAsync(
        KafkaChannel channel, BrokerNode broker, ApiVersionTable versions, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        await AgreeAsync(channel, broker, cancellationToken).ConfigureAwait(false);
        var exchange = await BeginAsync(broker, cancellationToken).ConfigureAwait(false);
        short version = versions.Pick(ApiKey.SaslAuthenticate, short.MaxValue, broker);
        byte[]? next = exchange.First;
        SaslAuthenticateResponse response;
        do
        {
            var request = new SaslAuthenticateRequest { AuthBytes = next };
            response = await channel.SendAsync(request, version, cancellationToken).ConfigureAwait(false);
            if (response.ErrorCode != ErrorCode.None) throw Refused(broker, response.ErrorCode, response.ErrorMessage);
            next = exchange.Answer(response.AuthBytes.Span);
        }
        while (next is not null);
        double part = RenewedAfter + (Spread * Random.Shared.NextDouble());
        double lifetimeSeconds = Math.Min(response.SessionLifetimeMs / 1000.0, SessionSecondsMax);
        Volatile.Write(ref _renewAt, response.SessionLifetimeMs > 0
            ? started + (long)(lifetimeSeconds * part * time.TimestampFrequency)
            : long.MaxValue);
    }

    /// <summary>Gets what to log in with, from the application's own callback perhaps.</summary>
    private async ValueTask<SaslExchange> BeginAsync(BrokerNode broker, CancellationToken cancellationToken)
    {
        try
        {
            return await credentials.BeginAsync(time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (KafkaException or OperationCanceledException))
        {
            throw new BrokerUnavailableException(
                $"The {broker} could not be told who the client is: getting the credentials failed: {failure.Message}", failure);
        }
    }

    /// <summary>Both sides settle on the mechanism.</summary>
    private async Task AgreeAsync(KafkaChannel channel, BrokerNode broker, CancellationToken cancellationToken)
    {
        var request = new SaslHandshakeRequest { Mechanism = credentials.Mechanism };
        var response = await channel.SendAsync(request, HandshakeVersion, cancellationToken).ConfigureAwait(false);
        if (response.ErrorCode == ErrorCode.None) return;
        string detail = response.ErrorCode == ErrorCode.UnsupportedSaslMechanism
            ? $"it offers {string.Join(", ", response.Mechanisms)}"
            : "the listener may not use SASL";
        throw Refused(broker, response.ErrorCode, detail);
    }

    private KafkaException Refused(BrokerNode broker, ErrorCode error, string? detail) =>
        error.ToException($"Authenticating to the {broker} by {credentials.Mechanism}", detail);
}
