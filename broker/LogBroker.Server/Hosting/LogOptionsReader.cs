using LogBroker.Metadata.Configs;
using LogBroker.Storage.Logs;

namespace LogBroker.Server.Hosting;

/// <summary>Turns a topic's settings into what storage acts on.</summary>
internal static class LogOptionsReader
{
    public static LogOptions Read(TopicSettings settings) => new()
    {
        SegmentBytes = settings.SegmentBytes,
        SegmentAge = settings.SegmentAge,
        SegmentJitter = settings.SegmentJitter,
        SegmentIndexBytes = settings.SegmentIndexBytes,
        IndexIntervalBytes = settings.IndexIntervalBytes,
        RetentionBytes = settings.RetentionBytes,
        RetentionTime = settings.RetentionTime,
        IsDeleted = settings.IsDeletedByRetention,
        IsCompacted = settings.IsCompacted,
        FlushMessages = settings.FlushMessages == long.MaxValue ? null : settings.FlushMessages,
        FlushInterval = settings.FlushInterval == TimeSpan.MaxValue ? null : settings.FlushInterval,
        MaxMessageBytes = settings.MaxMessageBytes,
        TimestampType = settings.MessageTimestampType,
        TimestampBeforeMaxMilliseconds = Milliseconds(settings.MessageTimestampBeforeMax),
        TimestampAfterMaxMilliseconds = Milliseconds(settings.MessageTimestampAfterMax),
        Compression = settings.CompressionType,
        DeleteRetention = settings.DeleteRetention,
        FileDeleteDelay = settings.FileDeleteDelay,
        Preallocate = settings.Preallocate,
    };

    private static long Milliseconds(TimeSpan time) =>
        time == TimeSpan.MaxValue ? long.MaxValue : (long)time.TotalMilliseconds;
}
