using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Logs;

/// <summary>How one partition's log is kept: the topic's configuration as far as storage acts on it. Defaults are
/// Apache Kafka's.</summary>
public sealed record LogOptions
{
    public static readonly LogOptions Default = new();

    /// <summary>A new segment begins before one grows beyond this (<c>segment.bytes</c>).</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>A new segment begins when the first record of the active one is this old (<c>segment.ms</c>).</summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Up to this much is taken off <see cref="SegmentAge"/>, differently for each segment, so that logs do not
    /// all roll at once (<c>segment.jitter.ms</c>).</summary>
    public TimeSpan SegmentJitter { get; init; } = TimeSpan.Zero;

    /// <summary>The room of an index file; a segment whose index is full is rolled (<c>segment.index.bytes</c>).</summary>
    public int SegmentIndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes of records between two entries of an index (<c>index.interval.bytes</c>).</summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary>Old segments are deleted while the rest is at least this large (<c>retention.bytes</c>); null keeps
    /// them.</summary>
    public long? RetentionBytes { get; init; }

    /// <summary>Segments whose latest record is older are deleted (<c>retention.ms</c>); null keeps them.</summary>
    public TimeSpan? RetentionTime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether <c>cleanup.policy</c> has <c>delete</c>: retention applies.</summary>
    public bool IsDeleted { get; init; } = true;

    /// <summary>Whether <c>cleanup.policy</c> has <c>compact</c>: every record must have a key.</summary>
    public bool IsCompacted { get; init; }

    /// <summary>The log is synced when so many records were appended since (<c>flush.messages</c>); null leaves it to
    /// the broker's durability setting.</summary>
    public long? FlushMessages { get; init; }

    /// <summary>The log is synced when unsynced records are this old (<c>flush.ms</c>); null leaves it to the broker's
    /// durability setting.</summary>
    public TimeSpan? FlushInterval { get; init; }

    /// <summary>The largest batch that clients may append (<c>max.message.bytes</c>).</summary>
    public int MaxMessageBytes { get; init; } = (1024 * 1024) + 12;

    /// <summary>Whose timestamps the records carry (<c>message.timestamp.type</c>).</summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary>How far a record's timestamp may lie before the broker's clock, in milliseconds
    /// (<c>message.timestamp.before.max.ms</c>).</summary>
    public long TimestampBeforeMaxMilliseconds { get; init; } = long.MaxValue;

    /// <summary>How far a record's timestamp may lie after the broker's clock, in milliseconds
    /// (<c>message.timestamp.after.max.ms</c>).</summary>
    public long TimestampAfterMaxMilliseconds { get; init; } = 3_600_000;

    /// <summary>What batches are recompressed to (<c>compression.type</c>); null keeps the producer's codec.</summary>
    public CompressionType? Compression { get; init; }

    /// <summary>What does it, with its level (<c>compression.gzip.level</c> and the like); null is the codec of
    /// <see cref="Compression"/> at its default level.</summary>
    public ICompressionCodec? Codec { get; init; }

    /// <summary>How long the tombstones of a compacted topic are kept (<c>delete.retention.ms</c>).</summary>
    public TimeSpan DeleteRetention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a deleted file stays for those still reading it (<c>file.delete.delay.ms</c>).</summary>
    public TimeSpan FileDeleteDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether a new segment's room is taken at once (<c>preallocate</c>). Accepted and without effect: measured,
    /// it gains nothing on Linux.</summary>
    public bool Preallocate { get; init; }
}
