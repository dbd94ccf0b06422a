using LogBroker.Protocol;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Cleaning;

/// <summary>Decides which segments at the front of a log are no longer wanted.</summary>
internal static class RetentionPolicy
{
    /// <summary>Counts the segments that may go.</summary>
    /// <param name="segments">The log's; the last is the active one.</param>
    /// <param name="options">The topic's.</param>
    /// <param name="logStart">Segments wholly below it go whatever the settings say.</param>
    /// <param name="limit">Segments that reach it or go beyond stay: they are not replicated yet.</param>
    /// <param name="logEnd">The log's end.</param>
    /// <param name="now">In milliseconds.</param>
    /// <returns>How many from the front; all of them when the active one is to go too.</returns>
    public static int CountExpired(
        LogSegment[] segments, LogOptions options, Offset logStart, Offset limit, Offset logEnd, long now)
    {
        long size = 0;
        foreach (LogSegment segment in segments) size += segment.SizeInBytes;
        long excess = options is { IsDeleted: true, RetentionBytes: { } most } ? size - most : -1;
        int count = 0;
        for (; count < segments.Length; count++)
        {
            LogSegment segment = segments[count];
            bool isLast = count == segments.Length - 1;
            Offset end = isLast ? logEnd : segments[count + 1].BaseOffset;
            if (end > limit || (isLast && segment.SizeInBytes == 0)) break;
            bool isBelowStart = !isLast && end <= logStart;
            bool isTooMuch = excess >= segment.SizeInBytes;
            if (!isBelowStart && !isTooMuch && !IsTooOld(segment, options, now)) break;
            excess -= segment.SizeInBytes;
        }

        return count;
    }

    private static bool IsTooOld(LogSegment segment, LogOptions options, long now) =>
        options is { IsDeleted: true, RetentionTime: { } time } && now - segment.LatestTime > time.TotalMilliseconds;
}
