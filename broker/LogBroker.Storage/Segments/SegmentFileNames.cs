using System.Globalization;
using LogBroker.Protocol;

namespace LogBroker.Storage.Segments;

/// <summary>The names of the files in a partition's directory, as Apache Kafka writes them.</summary>
internal static class SegmentFileNames
{
    public const string Log = ".log";
    public const string OffsetIndex = ".index";
    public const string TimeIndex = ".timeindex";
    public const string TransactionIndex = ".txnindex";
    public const string ProducerSnapshot = ".snapshot";

    /// <summary>Behind the name of a file that waits for its deletion.</summary>
    public const string Deleted = ".deleted";

    /// <summary>Behind the name of a segment that compaction is writing.</summary>
    public const string Cleaned = ".cleaned";

    /// <summary>Behind the name of a compacted segment that takes the place of others.</summary>
    public const string Swap = ".swap";

    private const int OffsetDigits = 20;

    public static string Of(Offset offset, string suffix) =>
        offset.Value.ToString("D20", CultureInfo.InvariantCulture) + suffix;

    /// <summary>Takes the offset out of the name of a file with this suffix.</summary>
    public static bool TryParse(string name, string suffix, out Offset offset)
    {
        offset = Offset.None;
        if (name.Length != OffsetDigits + suffix.Length || !name.EndsWith(suffix, StringComparison.Ordinal)) return false;
        if (!long.TryParse(name.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            return false;
        offset = new Offset(value);
        return true;
    }
}
