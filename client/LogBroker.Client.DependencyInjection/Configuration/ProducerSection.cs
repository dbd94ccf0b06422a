using LogBroker.Protocol.Records;

namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>What a section of the configuration may say about a producer: the names of <see cref="ProducerOptions"/>.</summary>
internal sealed class ProducerSection
{
    public Acks? Acks { get; set; }
    public bool? EnableIdempotence { get; set; }
    public int? BatchSizeBytes { get; set; }
    public TimeSpan? Linger { get; set; }
    public long? BufferMemoryBytes { get; set; }
    public TimeSpan? MaxBlock { get; set; }
    public int? RequestSizeBytesMax { get; set; }
    public int? InFlightMax { get; set; }
    public TimeSpan? DeliveryTimeout { get; set; }
    public CompressionType? Compression { get; set; }
    public int? CompressionLevel { get; set; }
    public bool? IgnoreKeys { get; set; }
    public bool? AdaptivePartitioning { get; set; }
    public TimeSpan? TransactionTimeout { get; set; }
    public TimeSpan? CloseTimeout { get; set; }

    public ProducerOptions ApplyTo(ProducerOptions options) => options with
    {
        Acks = Acks ?? options.Acks,
        EnableIdempotence = EnableIdempotence ?? options.EnableIdempotence,
        BatchSizeBytes = BatchSizeBytes ?? options.BatchSizeBytes,
        Linger = Linger ?? options.Linger,
        BufferMemoryBytes = BufferMemoryBytes ?? options.BufferMemoryBytes,
        MaxBlock = MaxBlock ?? options.MaxBlock,
        RequestSizeBytesMax = RequestSizeBytesMax ?? options.RequestSizeBytesMax,
        InFlightMax = InFlightMax ?? options.InFlightMax,
        DeliveryTimeout = DeliveryTimeout ?? options.DeliveryTimeout,
        Compression = Compression ?? options.Compression,
        CompressionLevel = CompressionLevel ?? options.CompressionLevel,
        IgnoreKeys = IgnoreKeys ?? options.IgnoreKeys,
        AdaptivePartitioning = AdaptivePartitioning ?? options.AdaptivePartitioning,
        TransactionTimeout = TransactionTimeout ?? options.TransactionTimeout,
        CloseTimeout = CloseTimeout ?? options.CloseTimeout,
    };
}
