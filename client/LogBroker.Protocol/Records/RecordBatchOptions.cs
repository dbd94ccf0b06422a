namespace LogBroker.Protocol.Records;

/// <summary>What a batch says in its header beside what follows from its records.</summary>
public sealed record RecordBatchOptions
{
    /// <summary>A plain uncompressed batch of a producer that is not idempotent.</summary>
    public static readonly RecordBatchOptions Default = new();

    /// <summary>Compresses the records; null leaves them as they are.</summary>
    public ICompressionCodec? Codec { get; init; }

    /// <summary>The offset of the first record; a producer leaves it at 0 for the broker to stamp.</summary>
    public Offset BaseOffset { get; init; }

    /// <summary>The broker stamps it; a producer sends -1.</summary>
    public LeaderEpoch PartitionLeaderEpoch { get; init; } = LeaderEpoch.None;

    /// <summary>When set, the batch says LogAppendTime and this is the time of all its records, in milliseconds since the
    /// Unix epoch.</summary>
    public long? LogAppendTimestamp { get; init; }

    /// <summary>-1 for a producer that is not idempotent.</summary>
    public long ProducerId { get; init; } = -1;

    public short ProducerEpoch { get; init; } = -1;

    /// <summary>The sequence number of the first record; -1 with producer id -1 and in control batches.</summary>
    public int BaseSequence { get; init; } = -1;

    public bool IsTransactional { get; init; }

    /// <summary>Marks a batch that only brokers write; its one record is a <see cref="ControlRecord"/>.</summary>
    public bool IsControl { get; init; }
}
