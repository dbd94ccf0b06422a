using System.Collections.Concurrent;
using LogBroker.Compression;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;

namespace LogBroker.Server.Hosting;

/// <summary>Turns a topic's settings into what storage acts on.</summary>
internal static class LogOptionsReader
{
    /// <summary>Codecs keep what they need for the next batch, so topics of the same level share one.</summary>
    private static readonly ConcurrentDictionary<(CompressionType Type, int Level), ICompressionCodec> Codecs = new();

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
        Codec = CodecOf(settings),
        DeleteRetention = settings.DeleteRetention,
        FileDeleteDelay = settings.FileDeleteDelay,
        Preallocate = settings.Preallocate,
    };

    /// <returns>Null for a topic that keeps batches as producers made them, and for one of no compression.</returns>
    private static ICompressionCodec? CodecOf(TopicSettings settings)
    {
        if (settings.CompressionType is not { } type || type == CompressionType.None) return null;
        int level = type switch
        {
            CompressionType.Gzip => settings.GzipLevel,
            CompressionType.Lz4 => settings.Lz4Level,
            CompressionType.Zstd => settings.ZstdLevel,
            _ => 0,
        };
        return Codecs.GetOrAdd((type, level), key => CompressionCodecs.Create(key.Type, key.Level));
    }

    private static long Milliseconds(TimeSpan time) =>
        time == TimeSpan.MaxValue ? long.MaxValue : (long)time.TotalMilliseconds;
}
