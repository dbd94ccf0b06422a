namespace LogBroker.Metadata.Configs;

/// <summary>The settings of topics.</summary>
public static class TopicConfigs
{
    public const string CleanupPolicy = "cleanup.policy";
    public const string CompressionType = "compression.type";
    public const string GzipLevel = "compression.gzip.level";
    public const string Lz4Level = "compression.lz4.level";
    public const string ZstdLevel = "compression.zstd.level";
    public const string DeleteRetention = "delete.retention.ms";
    public const string FileDeleteDelay = "file.delete.delay.ms";
    public const string FlushMessages = "flush.messages";
    public const string FlushInterval = "flush.ms";
    public const string IndexIntervalBytes = "index.interval.bytes";
    public const string InternalSegmentBytes = "internal.segment.bytes";
    public const string MaxCompactionLag = "max.compaction.lag.ms";
    public const string MaxMessageBytes = "max.message.bytes";
    public const string MessageTimestampAfterMax = "message.timestamp.after.max.ms";
    public const string MessageTimestampBeforeMax = "message.timestamp.before.max.ms";
    public const string MessageTimestampType = "message.timestamp.type";
    public const string MinCleanableDirtyRatio = "min.cleanable.dirty.ratio";
    public const string MinCompactionLag = "min.compaction.lag.ms";
    public const string MinInSyncReplicas = "min.insync.replicas";
    public const string Preallocate = "preallocate";
    public const string RemoteStorage = "remote.storage.enable";
    public const string RetentionBytes = "retention.bytes";
    public const string RetentionTime = "retention.ms";
    public const string SegmentAge = "segment.ms";
    public const string SegmentBytes = "segment.bytes";
    public const string SegmentIndexBytes = "segment.index.bytes";
    public const string SegmentJitter = "segment.jitter.ms";
    public const string UncleanLeaderElection = "unclean.leader.election.enable";

    public static ConfigSchema Schema { get; } = new(ConfigDefinitionFile.Load("topic"));
}
