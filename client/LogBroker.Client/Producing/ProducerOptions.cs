using LogBroker.Client.Options;
using LogBroker.Protocol.Records;

namespace LogBroker.Client;

/// <summary>How a producer works. The defaults are safe: every record is on all replicas in sync before it counts as delivered, is
/// written once and in order, and memory is bounded.</summary>
public sealed record ProducerOptions
{
    private const int SmallestBatchBytes = 512;

    /// <summary>No timer waits for longer.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>What must have happened before a record counts as delivered (<c>acks</c>). Default <see cref="Acks.All"/>.</summary>
    public Acks Acks { get; init; } = Acks.All;

    /// <summary>Whether retries can neither duplicate nor reorder records (<c>enable.idempotence</c>). Null, the default, is on with
    /// <see cref="Acks.All"/> and off else.</summary>
    public bool? EnableIdempotence { get; init; }

    /// <summary>The most bytes of records gathered for one partition, before compression (<c>batch.size</c>); a larger record travels
    /// alone. Default 256 KiB: batches start small and grow, so quiet partitions do not pay for it.</summary>
    public int BatchSizeBytes { get; init; } = 256 * 1024;

    /// <summary>How long records wait for company (<c>linger.ms</c>). Default 5 ms. It is a bound, not a price: a record that is awaited
    /// leaves at once when nothing is on its way to the broker, else with the next answer; one that is only enqueued leaves at once
    /// after a pause of this length.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Memory for records that are not yet delivered (<c>buffer.memory</c>). Default 32 MiB. When it is used up, producing
    /// waits.</summary>
    public long BufferMemoryBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long producing waits for memory, or for the topic to become known (<c>max.block.ms</c>). Default 60 s.</summary>
    public TimeSpan MaxBlock { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most bytes of one request, and so of one record (<c>max.request.size</c>). Default 1 MiB, which is what brokers
    /// take by default.</summary>
    public int RequestSizeBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Requests on their way to one broker (<c>max.in.flight.requests.per.connection</c>). Default 5, the most that an
    /// idempotent producer may have.</summary>
    public int InFlightMax { get; init; } = 5;

    /// <summary>How long a record may take from being accepted to being delivered, retries included (<c>delivery.timeout.ms</c>).
    /// Default 2 minutes. A request that is on its way when time is up is waited for, as long as this once more at most.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How batches are compressed (<c>compression.type</c>). Default: not.</summary>
    public CompressionType Compression { get; init; } = CompressionType.None;

    /// <summary>The codec's level (<c>compression.zstd.level</c> and its like); null, the default, is the codec's own.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>Chooses partitions; null, the default, takes Kafka's: by murmur2 of the key, and without a key one partition after the
    /// other as batches fill, preferring those with short queues (KIP-794).</summary>
    public IPartitioner? Partitioner { get; init; }

    /// <summary>Whether the default partitioner pays no attention to keys (<c>partitioner.ignore.keys</c>). Default false.</summary>
    public bool IgnoreKeys { get; init; }

    /// <summary>Whether records without a key go rather to partitions whose queues are short
    /// (<c>partitioner.adaptive.partitioning.enable</c>). Default true.</summary>
    public bool AdaptivePartitioning { get; init; } = true;

    /// <summary>How long <see cref="IAsyncDisposable.DisposeAsync"/> goes on delivering what was accepted; then the rest fails. Default
    /// 30 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A transaction that is open for longer is aborted by the cluster (<c>transaction.timeout.ms</c>). Default 60 s.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether sequences are sent, all said.</summary>
    internal bool IsIdempotent => EnableIdempotence ?? Acks == Acks.All;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ClientOptionsException">One cannot be worked with.</exception>
    public void Validate()
    {
        OptionCheck.Require(
            EnableIdempotence is not true || Acks == Acks.All,
            $"EnableIdempotence needs Acks.All, and Acks is {Acks}: leave EnableIdempotence unset, or set Acks to All.");
        OptionCheck.InRange(BatchSizeBytes, SmallestBatchBytes, int.MaxValue / 2, nameof(BatchSizeBytes));
        OptionCheck.NotNegative(Linger, nameof(Linger));
        OptionCheck.InRange(RequestSizeBytesMax, SmallestBatchBytes, int.MaxValue / 2, nameof(RequestSizeBytesMax));
        OptionCheck.InRange(BufferMemoryBytes, SmallestBatchBytes, long.MaxValue, nameof(BufferMemoryBytes));
        OptionCheck.NotNegative(MaxBlock, nameof(MaxBlock));
        OptionCheck.Require(MaxBlock <= WaitMax, $"MaxBlock is {MaxBlock}; it can be {WaitMax:d' days'} at most.");
        OptionCheck.InRange(InFlightMax, 1, IsIdempotent ? 5 : 1000, nameof(InFlightMax));
        OptionCheck.Positive(DeliveryTimeout, nameof(DeliveryTimeout));
        OptionCheck.Require(
            DeliveryTimeout >= Linger,
            $"DeliveryTimeout is {DeliveryTimeout}, shorter than Linger, {Linger}: records would expire before they are sent.");
        OptionCheck.InRange((int)Compression, 0, (int)CompressionType.Zstd, nameof(Compression));
        OptionCheck.NotNegative(CloseTimeout, nameof(CloseTimeout));
        OptionCheck.Require(CloseTimeout <= WaitMax, $"CloseTimeout is {CloseTimeout}; it can be {WaitMax:d' days'} at most.");
        OptionCheck.InRange(
            (long)TransactionTimeout.TotalMilliseconds, 1, int.MaxValue, $"{nameof(TransactionTimeout)} in milliseconds");
    }
}
