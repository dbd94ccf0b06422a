using LogBroker.Client.Connections;
using LogBroker.Client.Producing.Batches;
using LogBroker.Compression;
using LogBroker.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Producing;

/// <summary>What the parts of one producer share.</summary>
internal sealed class ProducerContext
{
    public ProducerContext(Cluster cluster, ProducerOptions options, IProducerIdentities? identities, ITransactionWatch? transaction)
    {
        Cluster = cluster;
        Options = options;
        Identities = identities;
        Transaction = transaction;
        Memory = new BatchMemory(options.BufferMemoryBytes, Time);
        Deliveries = new Deliveries(Memory, Rounds, Logger);
        Batches = BatchSettings.Of(options, Time);
        DeliveryTimeoutTicks = Time.TicksOf(options.DeliveryTimeout);
        if (options.Compression != CompressionType.None)
        {
            Codec = options.CompressionLevel is { } level
                ? CompressionCodecs.Create(options.Compression, level)
                : CompressionCodecs.Get(options.Compression);
        }
    }

    public Cluster Cluster { get; }

    public ProducerOptions Options { get; }

    /// <summary>Null when the producer is not idempotent.</summary>
    public IProducerIdentities? Identities { get; }

    /// <summary>Null when the producer is not transactional.</summary>
    public ITransactionWatch? Transaction { get; }

    public TimeProvider Time => Cluster.Time;

    public ILogger Logger => Cluster.Logger;

    public BatchMemory Memory { get; }

    public FlushRounds Rounds { get; } = new();

    public Deliveries Deliveries { get; }

    public BatchSettings Batches { get; }

    public ICompressionCodec? Codec { get; }

    public long DeliveryTimeoutTicks { get; }

    /// <summary>How long a produce may take: no longer than its records.</summary>
    public TimeSpan RequestTimeout =>
        Options.DeliveryTimeout < Cluster.Options.RequestTimeout ? Options.DeliveryTimeout : Cluster.Options.RequestTimeout;

    /// <summary>The producer is being closed: nothing lingers.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Whether a batch has had all the time there is for it.</summary>
    public bool IsExpired(ProducerBatch batch) => Time.GetTimestamp() - batch.CreatedAt >= DeliveryTimeoutTicks;

    /// <summary>The clock's timestamp when a failed batch may be sent again.</summary>
    public long RetryAt(int failures) => Time.GetTimestamp() + Time.TicksOf(Cluster.RetryBackoff.Delay(failures));
}
