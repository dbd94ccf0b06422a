using LogBroker.Protocol;
using LogBroker.Storage.Cleaning;
using LogBroker.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Logs;

/// <content>Deleting old segments and forgetting old producers.</content>
public sealed partial class PartitionLog
{
    /// <summary>Up to where retention may delete: the high watermark. Without it, what is durable.</summary>
    public Func<Offset>? RetentionLimit { get; set; }

    /// <summary>Deletes the segments that the topic's retention no longer wants. Works offline too, so that a full disk can
    /// empty itself.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="Disk.DiskException">They could not be renamed.</exception>
    internal int RunRetention()
    {
        Offset limit = RetentionLimit?.Invoke() ?? DurableEndOffset;
        lock (_writer)
        {
            long now = _environment.Now;
            int count = RetentionPolicy.CountExpired(
                _segments.Current, _options, LogStartOffset, limit, LogEndOffset, now);
            if (count == 0) return 0;
            if (count == _segments.Current.Length) Roll(now);
            LogSegment[] removed = _segments.RemoveFirst(count);
            Offset start = Offset.Max(LogStartOffset, _segments.First.BaseOffset);
            Volatile.Write(ref _logStartOffset, start.Value);
            _epochs.TruncateFromStart(start);
            Retire(removed);
            _snapshots.DeleteStray(_directory, _segments.Current, _savedRecoveryPoint);
            Log.SegmentsDeleted(_environment.Logger, TopicPartition, count, start);
            return count;
        }
    }

    /// <summary>Forgets idle producers.</summary>
    internal int ExpireProducers()
    {
        lock (_writer)
        {
            return _producers.Expire(
                _environment.Now, (long)_environment.Options.ProducerIdExpiration.TotalMilliseconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            2104,
            LogLevel.Information,
            "{Partition}: retention took {Count} segments, the log now starts at {StartOffset}",
            EventName = "SegmentsDeleted")]
        public static partial void SegmentsDeleted(
            ILogger logger, TopicPartition partition, int count, Offset startOffset);
    }
}
