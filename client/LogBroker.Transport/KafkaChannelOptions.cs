namespace LogBroker.Transport;

/// <summary>How a <see cref="KafkaChannel"/> speaks.</summary>
public sealed record KafkaChannelOptions
{
    public static readonly KafkaChannelOptions Default = new();

    /// <summary>The name given in every request header; null sends none.</summary>
    public string? ClientId { get; init; } = "logbroker";

    /// <summary>The longest response taken. Kafka's clients know no limit; 256 MiB is five times what a fetch asks for
    /// by default, and memory is used only for what has arrived.</summary>
    public int ResponseBytesMax { get; init; } = 256 * 1024 * 1024;
}
