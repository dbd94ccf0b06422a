using System.Buffers.Binary;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Holds a segment's indexes against its batches.</summary>
internal static class IndexCheck
{
    private const int OffsetEntryBytes = 8;
    private const int TimeEntryBytes = 12;

    /// <summary>Checks the indexes by offset and by time of a segment. What they tell of damage is not judged: they may well be right.</summary>
    public static IEnumerable<LogFault> Run(SegmentContent segment) => Offsets(segment).Concat(Times(segment));

    /// <summary>An entry names the last offset of a batch, relative to the segment, and the batch's position; before Kafka 4.0 it might name the
    /// last of several batches and the position of the first.</summary>
    private static IEnumerable<LogFault> Offsets(SegmentContent segment)
    {
        string path = segment.Files.OffsetIndexPath;
        IReadOnlyList<BatchSummary> batches = segment.Batches;
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
        for (int at = 0; at + OffsetEntryBytes <= bytes.Length && !IsUnused(bytes, at); at += OffsetEntryBytes)
        {
            long offset = segment.Files.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            long position = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4));
            if (offset <= before)
                yield return Stale(path, at, offset, $"entry {offset} follows {before}");
            else if (!byPosition.TryGetValue(position, out BatchSummary? batch))
            {
                if (!segment.IsDamagedAt(position)) yield return Stale(path, at, offset, $"entry {offset} points to byte {position}, where no batch begins");
            }
            else if (offset < batch.BaseOffset || offset > LastOffsetBefore(batches, NextPosition(bytes, at), batch))
                yield return Stale(path, at, offset, $"entry {offset} points to the batch {batch.BaseOffset} to {batch.LastOffset}");
            before = Math.Max(before, offset);
        }
    }

    private static long NextPosition(byte[] bytes, int at)
    {
        int next = at + OffsetEntryBytes;
        return next + OffsetEntryBytes <= bytes.Length && !IsUnused(bytes, next) ? BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(next + 4)) : long.MaxValue;
    }

    /// <summary>The last offset up to the place the next entry points to.</summary>
    private static long LastOffsetBefore(IReadOnlyList<BatchSummary> batches, long position, BatchSummary batch)
    {
        (int low, int high) = (0, batches.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (batches[middle].Position < position) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? batch.LastOffset : Math.Max(batch.LastOffset, batches[low - 1].LastOffset);
    }

    /// <summary>An entry says that up to an offset, relative to the segment, no record is later than a time.</summary>
    private static IEnumerable<LogFault> Times(SegmentContent segment)
    {
        string path = segment.Files.TimeIndexPath;
        IReadOnlyList<BatchSummary> batches = segment.Batches;
        if (!File.Exists(path))
        {
            if (batches.Count > 1) yield return Missing(path);
            yield break;
        }

        byte[] bytes = File.ReadAllBytes(path);
        if (Uneven(path, bytes, TimeEntryBytes) is { } uneven) yield return uneven;
        int next = 0;
        long latest = -1;
        long knownTo = segment.KnownTo;
        long last = batches.Count > 0 ? batches.Max(batch => batch.LastOffset) : long.MaxValue;
        (long time, long offset) before = (-1, -1);
        for (int at = 0; at + TimeEntryBytes <= bytes.Length && !IsUnused(bytes, at); at += TimeEntryBytes)
        {
            long time = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));
            long offset = segment.Files.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 8));
            for (; next < batches.Count && batches[next].BaseOffset <= offset; next++) latest = Math.Max(latest, batches[next].MaxTimestamp);
            if (time <= before.time || offset <= before.offset)
                yield return Stale(path, at, offset, $"entry {offset} of time {time} follows {before.offset} of time {before.time}");
            else if (offset <= knownTo && offset > last)
                yield return Stale(path, at, offset, $"entry {offset} is beyond the last record, {last}");
            else if (offset <= knownTo && batches.Count > 0 && time != latest)
                yield return Stale(path, at, offset, $"entry {offset} says {time}, and the latest record up to it is of {latest}");
            before = (time, offset);
        }
    }

    /// <summary>Made larger in advance, an index that was not closed ends with zeros.</summary>
    private static bool IsUnused(byte[] bytes, int at) => !bytes.AsSpan(at).ContainsAnyExcept((byte)0);

    private static LogFault? Uneven(string path, byte[] bytes, int entryBytes) => bytes.Length % entryBytes == 0
        ? null
        : Stale(path, bytes.Length / entryBytes * entryBytes, null, $"{bytes.Length} bytes are not whole entries of {entryBytes}");

    private static LogFault Stale(string path, long position, long? offset, string message) =>
        new(LogFaultKind.StaleIndex, path, position, offset, message);

    private static LogFault Missing(string path) => new(LogFaultKind.MissingIndex, path, null, null, "the index is not there");
}
