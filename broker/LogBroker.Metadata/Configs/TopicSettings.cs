using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Protocol.Records;

namespace LogBroker.Metadata.Configs;

/// <summary>The settings of one topic as typed values: what its partitions work with. Resolved once when a setting changes,
/// then only read.</summary>
public sealed record TopicSettings
{
    /// <summary><c>cleanup.policy</c> contains compact.</summary>
    public required bool IsCompacted { get; init; }

    /// <summary><c>cleanup.policy</c> contains delete.</summary>
    public required bool IsDeletedByRetention { get; init; }

    /// <summary><c>compression.type</c>; null = as the producer made the batch.</summary>
    public required CompressionType? CompressionType { get; init; }

    /// <summary><c>compression.gzip.level</c>: 1 to 9, or -1 for the codec's own.</summary>
    public required int GzipLevel { get; init; }

    /// <summary><c>compression.lz4.level</c>: 1 to 17.</summary>
    public required int Lz4Level { get; init; }

    /// <summary><c>compression.zstd.level</c>: up to 22.</summary>
    public required int ZstdLevel { get; init; }

    /// <summary><c>delete.retention.ms</c>.</summary>
    public required TimeSpan DeleteRetention { get; init; }

    /// <summary><c>file.delete.delay.ms</c>.</summary>
    public required TimeSpan FileDeleteDelay { get; init; }

    /// <summary><c>flush.messages</c>: at least 1; <see cref="long.MaxValue"/> = never.</summary>
    public required long FlushMessages { get; init; }

    /// <summary><c>flush.ms</c>; <see cref="TimeSpan.MaxValue"/> = never.</summary>
    public required TimeSpan FlushInterval { get; init; }

    /// <summary><c>index.interval.bytes</c>.</summary>
    public required int IndexIntervalBytes { get; init; }

    /// <summary><c>max.compaction.lag.ms</c>; <see cref="TimeSpan.MaxValue"/> = no limit.</summary>
    public required TimeSpan MaxCompactionLag { get; init; }

    /// <summary><c>max.message.bytes</c>.</summary>
    public required int MaxMessageBytes { get; init; }

    /// <summary><c>message.timestamp.after.max.ms</c>; <see cref="TimeSpan.MaxValue"/> = no limit.</summary>
    public required TimeSpan MessageTimestampAfterMax { get; init; }

    /// <summary><c>message.timestamp.before.max.ms</c>; <see cref="TimeSpan.MaxValue"/> = no limit.</summary>
    public required TimeSpan MessageTimestampBeforeMax { get; init; }

    /// <summary><c>message.timestamp.type</c>.</summary>
    public required TimestampType MessageTimestampType { get; init; }

    /// <summary><c>min.cleanable.dirty.ratio</c>: 0 to 1.</summary>
    public required double MinCleanableDirtyRatio { get; init; }

    /// <summary><c>min.compaction.lag.ms</c>.</summary>
    public required TimeSpan MinCompactionLag { get; init; }

    /// <summary><c>min.insync.replicas</c>: at least 1.</summary>
    public required int MinInSyncReplicas { get; init; }

    /// <summary><c>preallocate</c>.</summary>
    public required bool Preallocate { get; init; }

    /// <summary><c>retention.bytes</c>; null = no limit (any negative value).</summary>
    public required long? RetentionBytes { get; init; }

    /// <summary><c>retention.ms</c>; null = forever (-1).</summary>
    public required TimeSpan? RetentionTime { get; init; }

    /// <summary><c>segment.ms</c>.</summary>
    public required TimeSpan SegmentAge { get; init; }

    /// <summary><c>segment.bytes</c>, or <c>internal.segment.bytes</c> where that is set.</summary>
    public required int SegmentBytes { get; init; }

    /// <summary><c>segment.index.bytes</c>.</summary>
    public required int SegmentIndexBytes { get; init; }

    /// <summary><c>segment.jitter.ms</c>.</summary>
    public required TimeSpan SegmentJitter { get; init; }

    /// <summary><c>unclean.leader.election.enable</c>.</summary>
    public required bool UncleanLeaderElection { get; init; }

    /// <summary>What is in force for a topic with these overrides on this broker.</summary>
    public static TopicSettings Resolve(BrokerConfigLayers broker, ImmutableDictionary<string, string> overrides)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(overrides);
        return new Reader(broker, overrides).Read();
    }

    private readonly record struct Reader(BrokerConfigLayers Broker, ImmutableDictionary<string, string> Overrides)
    {
        public TopicSettings Read()
        {
            var policy = ConfigValidation.Elements(Text(TopicConfigs.CleanupPolicy)!);
            return new TopicSettings
            {
                IsCompacted = policy.Contains("compact"),
                IsDeletedByRetention = policy.Contains("delete"),
                CompressionType = Compression(Text(TopicConfigs.CompressionType)!),
                GzipLevel = Int32(TopicConfigs.GzipLevel),
                Lz4Level = Int32(TopicConfigs.Lz4Level),
                ZstdLevel = Int32(TopicConfigs.ZstdLevel),
                DeleteRetention = Time(TopicConfigs.DeleteRetention),
                FileDeleteDelay = Time(TopicConfigs.FileDeleteDelay),
                FlushMessages = Int64(TopicConfigs.FlushMessages),
                FlushInterval = Time(TopicConfigs.FlushInterval),
                IndexIntervalBytes = Int32(TopicConfigs.IndexIntervalBytes),
                MaxCompactionLag = Time(TopicConfigs.MaxCompactionLag),
                MaxMessageBytes = Int32(TopicConfigs.MaxMessageBytes),
                MessageTimestampAfterMax = Time(TopicConfigs.MessageTimestampAfterMax),
                MessageTimestampBeforeMax = Time(TopicConfigs.MessageTimestampBeforeMax),
                MessageTimestampType = Enum.Parse<TimestampType>(Text(TopicConfigs.MessageTimestampType)!),
                MinCleanableDirtyRatio =
                    double.Parse(Text(TopicConfigs.MinCleanableDirtyRatio)!, CultureInfo.InvariantCulture),
                MinCompactionLag = Time(TopicConfigs.MinCompactionLag),
                MinInSyncReplicas = Int32(TopicConfigs.MinInSyncReplicas),
                Preallocate = Flag(TopicConfigs.Preallocate),
                RetentionBytes = Int64(TopicConfigs.RetentionBytes) is >= 0 and var bytes ? bytes : null,
                RetentionTime = Int64(TopicConfigs.RetentionTime) >= 0 ? Time(TopicConfigs.RetentionTime) : null,
                SegmentAge = Time(TopicConfigs.SegmentAge),
                SegmentBytes = Text(TopicConfigs.InternalSegmentBytes) is null
                    ? Int32(TopicConfigs.SegmentBytes)
                    : Int32(TopicConfigs.InternalSegmentBytes),
                SegmentIndexBytes = Int32(TopicConfigs.SegmentIndexBytes),
                SegmentJitter = Time(TopicConfigs.SegmentJitter),
                UncleanLeaderElection = Flag(TopicConfigs.UncleanLeaderElection),
            };
        }

        private static CompressionType? Compression(string text) => text switch
        {
            "uncompressed" => Protocol.Records.CompressionType.None,
            "gzip" => Protocol.Records.CompressionType.Gzip,
            "snappy" => Protocol.Records.CompressionType.Snappy,
            "lz4" => Protocol.Records.CompressionType.Lz4,
            "zstd" => Protocol.Records.CompressionType.Zstd,
            _ => null,
        };

        private string? Text(string name)
        {
            var definition = TopicConfigs.Schema[name];
            return Overrides.TryGetValue(name, out var text) &&
                ConfigValidation.Check(definition, text) is { IsValid: true } own
                    ? own.Text
                    : Broker.TopicDefault(definition);
        }

        private long Int64(string name) => long.Parse(Text(name)!, CultureInfo.InvariantCulture);

        private int Int32(string name) => int.Parse(Text(name)!, CultureInfo.InvariantCulture);

        private bool Flag(string name) => Text(name) == "true";

        private TimeSpan Time(string name)
        {
            long milliseconds = Int64(name);
            return milliseconds < TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond
                ? TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond)
                : TimeSpan.MaxValue;
        }
    }
}
