using System.Diagnostics.CodeAnalysis;
using System.Net;
using LogBroker.Client.Connections;
using LogBroker.Client.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Client;

/// <summary>How a <see cref="LogBrokerClient"/> reaches its cluster. Only <see cref="BootstrapServers"/> has to be set; the defaults
/// are Apache Kafka's own where it has the setting.</summary>
public sealed record ClientOptions
{
    /// <summary>Brokers to ask for the cluster, each as <c>host:port</c> (<c>bootstrap.servers</c>). One that answers is enough; name
    /// several so that the client starts, and comes back, when one is down.</summary>
    public IReadOnlyList<string> BootstrapServers { get; init; } = [];

    /// <summary>The name brokers put in their logs and quotas (<c>client.id</c>).</summary>
    public string ClientId { get; init; } = "logbroker";

    /// <summary>TLS on every connection; null speaks plain TCP (<c>security.protocol</c>).</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Who the client is; null does not authenticate (<c>sasl.mechanism</c>).</summary>
    public SaslCredentials? Sasl { get; init; }

    /// <summary>How long one request waits for its answer (<c>request.timeout.ms</c>). Default 30 s. Afterwards the connection is
    /// closed, since answers come in order.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call goes on trying before it fails (<c>default.api.timeout.ms</c>). Default 60 s.</summary>
    public TimeSpan ApiTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long TCP and TLS may take to connect (<c>socket.connection.setup.timeout.ms</c>). Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before a broker that could not be reached is tried again (<c>reconnect.backoff.ms</c>). Default 50 ms; it
    /// doubles with each failure.</summary>
    public TimeSpan ReconnectBackoff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest such wait (<c>reconnect.backoff.max.ms</c>). Default 1 s.</summary>
    public TimeSpan ReconnectBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The wait before a failed request is sent again (<c>retry.backoff.ms</c>). Default 100 ms; it doubles with each
    /// failure.</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such wait (<c>retry.backoff.max.ms</c>). Default 1 s.</summary>
    public TimeSpan RetryBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Connections unused for so long are closed (<c>connections.max.idle.ms</c>). Default 9 minutes: brokers do it after
    /// 10.</summary>
    public TimeSpan ConnectionIdleMax { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>The cluster is asked about leaders at least so often (<c>metadata.max.age.ms</c>). Default 5 minutes.</summary>
    public TimeSpan MetadataAgeMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A topic nobody used for so long is no longer asked about (<c>metadata.max.idle.ms</c>). Default 5 minutes.</summary>
    public TimeSpan MetadataIdleMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the client goes on asking for a topic that brokers say they do not have, since news of a new topic takes a
    /// moment to reach all (<c>topic.metadata.propagation.max.ms</c>). Default 10 s.</summary>
    public TimeSpan TopicPropagationMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What happens when no known broker can be reached (<c>metadata.recovery.strategy</c>). Default
    /// <see cref="MetadataRecovery.Rebootstrap"/>.</summary>
    public MetadataRecovery MetadataRecovery { get; init; } = MetadataRecovery.Rebootstrap;

    /// <summary>When questions about the cluster have failed for so long, the client starts over at the bootstrap servers
    /// (<c>metadata.recovery.rebootstrap.trigger.ms</c>). Default 5 minutes.</summary>
    public TimeSpan RebootstrapTrigger { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The kernel's send buffer (<c>send.buffer.bytes</c>); null, the default, leaves it to the system.</summary>
    public int? SendBufferBytes { get; init; }

    /// <summary>The kernel's receive buffer (<c>receive.buffer.bytes</c>); null, the default, leaves it to the system.</summary>
    public int? ReceiveBufferBytes { get; init; }

    /// <summary>Whether brokers that ask get the client's metrics (<c>enable.metrics.push</c>, KIP-714). Default true.</summary>
    public bool EnableMetricsPush { get; init; } = true;

    /// <summary>Where the client writes its log. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock behind every timeout but that of a token request, which is its HTTP client's. Default: the system's.
    /// </summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Reads an address as <see cref="BootstrapServers"/> takes it: <c>host:port</c>, an IPv6 address in brackets, with or without a
    /// <c>PROTOCOL://</c> before it.</summary>
    /// <param name="server">The text.</param>
    /// <param name="address">Host and port; null when it is no such address.</param>
    public static bool TryParseServer(string? server, [NotNullWhen(true)] out DnsEndPoint? address)
    {
        address = BrokerAddress.TryParse(server, out BrokerAddress parsed) ? new DnsEndPoint(parsed.Host, parsed.Port) : null;
        return address is not null;
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ClientOptionsException">One cannot be worked with.</exception>
    public void Validate()
    {
        OptionCheck.Require(
            BootstrapServers.Count > 0, "BootstrapServers is empty: name at least one broker, as in \"localhost:9092\".");
        foreach (string server in BootstrapServers)
        {
            OptionCheck.Require(
                BrokerAddress.TryParse(server, out _),
                $"BootstrapServers holds \"{server}\": write host:port, as in \"localhost:9092\".");
        }
        OptionCheck.Positive(RequestTimeout, nameof(RequestTimeout));
        OptionCheck.Positive(ApiTimeout, nameof(ApiTimeout));
        OptionCheck.Positive(ConnectTimeout, nameof(ConnectTimeout));
        OptionCheck.AtMost(ReconnectBackoff, ReconnectBackoffMax, nameof(ReconnectBackoff));
        OptionCheck.AtMost(RetryBackoff, RetryBackoffMax, nameof(RetryBackoff));
        OptionCheck.Positive(ConnectionIdleMax, nameof(ConnectionIdleMax));
        OptionCheck.Positive(MetadataAgeMax, nameof(MetadataAgeMax));
        OptionCheck.Positive(MetadataIdleMax, nameof(MetadataIdleMax));
        OptionCheck.NotNegative(TopicPropagationMax, nameof(TopicPropagationMax));
        OptionCheck.Positive(RebootstrapTrigger, nameof(RebootstrapTrigger));
        OptionCheck.Require(SendBufferBytes is null or > 0, "SendBufferBytes must be positive, or null for the system's size.");
        OptionCheck.Require(
            ReceiveBufferBytes is null or > 0, "ReceiveBufferBytes must be positive, or null for the system's size.");
        Tls?.Validate();
    }
}
