namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>What a section of the configuration may say about a client: the names of <see cref="ClientOptions"/>. What it does not say
/// stays as it was.</summary>
internal sealed class ClientSection
{
    public string? BootstrapServers { get; set; }
    public string? ClientId { get; set; }
    public TimeSpan? RequestTimeout { get; set; }
    public TimeSpan? ApiTimeout { get; set; }
    public TimeSpan? ConnectTimeout { get; set; }
    public TimeSpan? ReconnectBackoff { get; set; }
    public TimeSpan? ReconnectBackoffMax { get; set; }
    public TimeSpan? RetryBackoff { get; set; }
    public TimeSpan? RetryBackoffMax { get; set; }
    public TimeSpan? ConnectionIdleMax { get; set; }
    public TimeSpan? MetadataAgeMax { get; set; }
    public TimeSpan? MetadataIdleMax { get; set; }
    public TimeSpan? TopicPropagationMax { get; set; }
    public MetadataRecovery? MetadataRecovery { get; set; }
    public TimeSpan? RebootstrapTrigger { get; set; }
    public int? SendBufferBytes { get; set; }
    public int? ReceiveBufferBytes { get; set; }
    public bool? EnableMetricsPush { get; set; }
    public TlsSection? Tls { get; set; }
    public SaslSection? Sasl { get; set; }

    /// <summary>For all producers of the client.</summary>
    public ProducerSection? Producer { get; set; }

    /// <summary>For all consumers of the client.</summary>
    public ConsumerSection? Consumer { get; set; }

    /// <summary>For hosted consumers, by their group's id.</summary>
    public Dictionary<string, HostedConsumerSection>? Consumers { get; set; }

    public ClientOptions ApplyTo(ClientOptions options) => options with
    {
        BootstrapServers = BootstrapServers is { } servers ? ServerList.Split(servers) : options.BootstrapServers,
        ClientId = ClientId ?? options.ClientId,
        RequestTimeout = RequestTimeout ?? options.RequestTimeout,
        ApiTimeout = ApiTimeout ?? options.ApiTimeout,
        ConnectTimeout = ConnectTimeout ?? options.ConnectTimeout,
        ReconnectBackoff = ReconnectBackoff ?? options.ReconnectBackoff,
        ReconnectBackoffMax = ReconnectBackoffMax ?? options.ReconnectBackoffMax,
        RetryBackoff = RetryBackoff ?? options.RetryBackoff,
        RetryBackoffMax = RetryBackoffMax ?? options.RetryBackoffMax,
        ConnectionIdleMax = ConnectionIdleMax ?? options.ConnectionIdleMax,
        MetadataAgeMax = MetadataAgeMax ?? options.MetadataAgeMax,
        MetadataIdleMax = MetadataIdleMax ?? options.MetadataIdleMax,
        TopicPropagationMax = TopicPropagationMax ?? options.TopicPropagationMax,
        MetadataRecovery = MetadataRecovery ?? options.MetadataRecovery,
        RebootstrapTrigger = RebootstrapTrigger ?? options.RebootstrapTrigger,
        SendBufferBytes = SendBufferBytes ?? options.SendBufferBytes,
        ReceiveBufferBytes = ReceiveBufferBytes ?? options.ReceiveBufferBytes,
        EnableMetricsPush = EnableMetricsPush ?? options.EnableMetricsPush,
        Tls = Tls is { } tls ? tls.ToOptions() : options.Tls,
        Sasl = Sasl?.ToCredentials() ?? options.Sasl,
    };
}
