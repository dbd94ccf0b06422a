using System.Buffers.Binary;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Holds a segment's indexes against its batches.</summary>
internal static class IndexCheck
{
    private const int OffsetEntryBytes = 8;
    private const int TimeEntryBytes = 12;
    private const int TransactionEntryBytes = 34;

    /// <summary>Checks all indexes of a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="batches">Its good batches, in order.</param>
    public static IEnumerable<LogFault> Run(SegmentFiles segment, IReadOnlyList<BatchSummary> batches) =>
        Offsets(segment, batches).Concat(Times(segment, batches)).Concat(Transactions(segment, batches));

    /// <summary>An entry names the last offset of a batch, relative to the segment, and the batch's position.</summary>
    private static IEnumerable<LogFault> Offsets(SegmentFiles segment, IReadOnlyList<BatchSummary> batches)
    {
        string path = segment.OffsetIndexPath;
        if (!File.Exists(path))
        {
            // A segment smaller than the interval of an index may have none.
            if (batches.Count > 1) yield return Missing(path);
            yield break;
        }

        Dictionary<long, BatchSummary> byPosition = batches.ToDictionary(batch => batch.Position);
        byte[] bytes = File.ReadAllBytes(path);
        if (Uneven(path, bytes, OffsetEntryBytes) is { } uneven) yield return uneven;
        long before = -1;
        for (int at = 0; at + OffsetEntryBytes <= bytes.Length; at += OffsetEntryBytes)
        {
            long offset = segment.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            long position = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4));
            // Made larger in advance, an index that was not closed ends with zeros.
            if (at > 0 && offset == segment.BaseOffset && position == 0) yield break;
            if (offset <= before)
                yield return Stale(path, at, offset, $"entry {offset} follows {before}");
            else if (!byPosition.TryGetValue(position, out BatchSummary? batch))
                yield return Stale(path, at, offset, $"entry {offset} points to byte {position}, where no batch begins");
            else if (offset < batch.BaseOffset || offset > batch.LastOffset)
                yield return Stale(path, at, offset, $"entry {offset} points to the batch {batch.BaseOffset} to {batch.LastOffset}");
            before = Math.Max(before, offset);
        }
    }

    /// <summary>An entry says that up to an offset, relative to the segment, no record is later than a time.</summary>
    private static IEnumerable<LogFault> Times(SegmentFiles segment, IReadOnlyList<BatchSummary> batches)
    {
        string path = segment.TimeIndexPath;
        if (!File.Exists(path))
        {
            if (batches.Count > 1) yield return Missing(path);
            yield break;
        }

        byte[] bytes = File.ReadAllBytes(path);
        if (Uneven(path, bytes, TimeEntryBytes) is { } uneven) yield return uneven;
        int next = 0;
        long latest = -1;
        (long time, long offset) before = (-1, -1);
        for (int at = 0; at + TimeEntryBytes <= bytes.Length; at += TimeEntryBytes)
        {
            long time = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));
            long offset = segment.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 8));
            if (at > 0 && time == 0 && offset == segment.BaseOffset) yield break;
            for (; next < batches.Count && batches[next].BaseOffset <= offset; next++) latest = Math.Max(latest, batches[next].MaxTimestamp);
            if (time <= before.time || offset <= before.offset)
                yield return Stale(path, at, offset, $"entry {offset} of time {time} follows {before.offset} of time {before.time}");
            else if (batches.Count > 0 && offset > batches[^1].LastOffset)
                yield return Stale(path, at, offset, $"entry {offset} is beyond the last record, {batches[^1].LastOffset}");
            else if (batches.Count > 0 && time != latest)
                yield return Stale(path, at, offset, $"entry {offset} says {time}, and the latest record up to it is of {latest}");
            before = (time, offset);
        }
    }

    private static IEnumerable<LogFault> Transactions(SegmentFiles segment, IReadOnlyList<BatchSummary> batches)
    {
        string path = segment.TransactionIndexPath;
        if (!File.Exists(path)) yield break;
        byte[] bytes = File.ReadAllBytes(path);
        if (Uneven(path, bytes, TransactionEntryBytes) is { } uneven) yield return uneven;
        HashSet<long> markers = [.. batches.Where(batch => batch.IsControl).Select(batch => batch.BaseOffset)];
        for (int at = 0; at + TransactionEntryBytes <= bytes.Length; at += TransactionEntryBytes)
        {
            long marker = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at + 18));
            if (!markers.Contains(marker))
                yield return Stale(path, at, marker, $"the aborted transaction ends at {marker}, where there is no marker");
        }
    }

    private static LogFault? Uneven(string path, byte[] bytes, int entryBytes) => bytes.Length % entryBytes == 0
        ? null
        : Stale(path, bytes.Length / entryBytes * entryBytes, null, $"{bytes.Length} bytes are not whole entries of {entryBytes}");

    private static LogFault Stale(string path, long position, long? offset, string message) =>
        new(LogFaultKind.StaleIndex, path, position, offset, message);

    private static LogFault Missing(string path) => new(LogFaultKind.MissingIndex, path, null, null, "the index is not there");
}
