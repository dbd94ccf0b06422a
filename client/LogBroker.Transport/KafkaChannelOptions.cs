namespace LogBroker.Transport;

/// <summary>How a <see cref="KafkaChannel"/> speaks.</summary>
public sealed record KafkaChannelOptions
{
    public static readonly KafkaChannelOptions Default = new();

    /// <summary>The name given in every request header; null sends none.</summary>
    public string? ClientId { get; init; } = "logbroker";

    /// <summary>The longest response taken, in bytes. Kafka's clients know no limit; 256 MiB is five times what a fetch asks for
    /// by default. A response to a plain send takes memory for what has arrived, one to a pooled send at once for what it
    /// announces.</summary>
    public int ResponseBytesMax { get; init; } = 256 * 1024 * 1024;
}
