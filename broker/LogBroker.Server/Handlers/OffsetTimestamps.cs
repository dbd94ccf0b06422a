using LogBroker.Replication.Partitions;

namespace LogBroker.Server.Handlers;

/// <summary>The special timestamps of ListOffsets and what they stand for.</summary>
internal static class OffsetTimestamps
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;
    private const long EarliestPendingUpload = -6;

    /// <summary>Whether a special timestamp exists in that version of the request (KIP-734, KIP-405, KIP-1005, KIP-1023).</summary>
    public static bool IsKnown(long timestamp, short version) => timestamp switch
    {
        Latest or Earliest => true,
        MaxTimestamp => version >= 7,
        EarliestLocal => version >= 8,
        LatestTiered => version >= 9,
        EarliestPendingUpload => version >= 11,
        _ => false,
    };

    /// <summary>Finds the offset; null when no record has so late a timestamp, or nothing is tiered.</summary>
    public static OffsetAtTime? Find(Partition partition, long timestamp, IsolationLevel isolation) => timestamp switch
    {
        Latest => partition.FindLatest(isolation),
        Earliest or EarliestLocal => partition.FindEarliest(),
        MaxTimestamp => partition.FindMaxTimestamp(isolation),
        LatestTiered or EarliestPendingUpload => null,
        _ => partition.FindByTimestamp(timestamp, isolation),
    };
}
