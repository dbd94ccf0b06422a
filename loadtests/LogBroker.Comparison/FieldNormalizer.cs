using System.Globalization;

namespace LogBroker.Comparison;

/// <summary>Writes a field's value as text and hides what must differ between two brokers: their ids, addresses, clocks
/// and disks, and the words in which they describe their settings.</summary>
internal static class FieldNormalizer
{
    /// <returns>Null for a field that is not compared.</returns>
    public static string? Describe(string name, object? value, PeerNames names) => (name, value) switch
    {
        ("ApiKey", short key) => ((Protocol.ApiKey)key).ToString(),
        ("ThrottleTimeMs", _) => null,
        (_, null) => "null",
        ("Documentation", string { Length: > 0 }) => "(words)",
        ("Host", "") => "\"\"",
        ("Host", _) => "(host)",
        ("Port", > 0) => "(port)",
        ("Rack", string rack) => $"\"{rack}\"",
        ("NodeId" or "BrokerId" or "LeaderId" or "ControllerId" or "ReplicaNodes" or "IsrNodes" or "OfflineReplicas"
            or "EligibleLeaderReplicas" or "LastKnownElr", int node) => names.Node(node),
        ("ClusterId", string cluster) => cluster == names.ClusterId ? "(cluster)" : $"\"{cluster}\"",
        ("ProducerId", long producer) => names.Producer(producer),
        ("SessionId", not 0) => "(session)",
        ("FinalizedFeaturesEpoch", >= 0L) => "(epoch)",
        ("LogDir", _) => "(directory)",
        ("TotalBytes" or "UsableBytes", > 0L) => "(bytes)",
        ("LogAppendTimeMs" or "Timestamp" or "LastTimestamp", long time) => Time(time),
        (_, Guid id) => names.TopicName(id),
        (_, string text) => $"\"{names.Text(text)}\"",
        (_, IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A time that a request gave is told by its distance from that of the first record; one of the broker's own
    /// clock is hidden.</summary>
    public static string Time(long milliseconds)
    {
        long sinceRecords = milliseconds - RunClock.RecordTime;
        if (Math.Abs(sinceRecords) < RunClock.NearRecords) return $"time{sinceRecords:+0;-0;+0}";
        return RunClock.IsNear(milliseconds) ? "(now)" : milliseconds.ToString(CultureInfo.InvariantCulture);
    }
}
