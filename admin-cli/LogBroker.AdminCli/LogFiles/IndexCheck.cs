using System.Buffers.Binary;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Holds a segment's indexes by offset and by time against its batches.</summary>
/// <remarks>What they tell of damage is not judged: they may well be right.</remarks>
/// <param name="segment">The segment.</param>
internal sealed class IndexCheck(SegmentContent segment)
{
    private const int OffsetEntryBytes = 8;
    private const int TimeEntryBytes = 12;

    private readonly List<LogFault> _faults = [];
    private readonly IReadOnlyList<BatchSummary> _batches = segment.Batches;

    /// <summary>The greatest distance between two places that the index by offset names, in bytes; the log's begin is one.</summary>
    public long Stride { get; private set; }

    /// <summary>The last place it names.</summary>
    public long LastPosition { get; private set; }

    public IReadOnlyList<LogFault> Run()
    {
        CheckOffsets();
        CheckTimes();
        return _faults;
    }

    /// <summary>An entry names the last offset of a batch, relative to the segment, and the batch's position; before Kafka 4.0 it might name the
    /// last of several batches and the position of the first.</summary>
    private void CheckOffsets()
    {
        string path = segment.Files.OffsetIndexPath;
        if (Read(path, OffsetEntryBytes) is not { } bytes) return;
        Dictionary<long, BatchSummary> byPosition = _batches.ToDictionary(batch => batch.Position);
        long before = -1;
        for (int at = 0; at + OffsetEntryBytes <= bytes.Length && !IsUnused(bytes, at); at += OffsetEntryBytes)
        {
            long offset = segment.Files.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            long position = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4));
            if (offset <= before)
                AddStale(path, at, offset, $"entry {offset} follows {before}");
            else if (!byPosition.TryGetValue(position, out BatchSummary? batch))
                CheckPlace(path, at, offset, position);
            else if (offset < batch.BaseOffset || offset > LastOffsetBefore(NextPosition(bytes, at), batch))
                AddStale(path, at, offset, $"entry {offset} points to the batch {batch.BaseOffset} to {batch.LastOffset}");
            before = Math.Max(before, offset);
            Stride = Math.Max(Stride, position - LastPosition);
            LastPosition = Math.Max(LastPosition, position);
        }
    }

    /// <summary>An index that is right up to the log's end and goes on tells that the log was longer.</summary>
    private void CheckPlace(string path, int at, long offset, long position)
    {
        if (segment.IsDamagedAt(position)) return;
        if (position < segment.EndPosition || offset <= segment.LastOffset || _faults.Any(fault => fault.File == path))
            AddStale(path, at, offset, $"entry {offset} points to byte {position}, where no batch begins");
        else AddCut($"the log ends at byte {segment.EndPosition}, and its index knows of offset {offset} at byte {position}");
    }

    private static long NextPosition(byte[] bytes, int at)
    {
        int next = at + OffsetEntryBytes;
        return next + OffsetEntryBytes <= bytes.Length && !IsUnused(bytes, next) ? BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(next + 4)) : long.MaxValue;
    }

    /// <summary>The last offset up to the place the next entry points to.</summary>
    private long LastOffsetBefore(long position, BatchSummary batch)
    {
        (int low, int high) = (0, _batches.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_batches[middle].Position < position) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? batch.LastOffset : Math.Max(batch.LastOffset, _batches[low - 1].LastOffset);
    }

    /// <summary>An entry says that up to an offset, relative to the segment, no record is later than a time. When a segment is closed its latest
    /// time is entered.</summary>
    private void CheckTimes()
    {
        string path = segment.Files.TimeIndexPath;
        if (Read(path, TimeEntryBytes) is not { } bytes) return;
        int next = 0;
        long latest = -1;
        long knownTo = segment.KnownTo;
        (long time, long offset) before = (-1, -1);
        for (int at = 0; at + TimeEntryBytes <= bytes.Length && !IsUnused(bytes, at); at += TimeEntryBytes)
        {
            long time = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));
            long offset = segment.Files.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 8));
            for (; next < _batches.Count && _batches[next].BaseOffset <= offset; next++) latest = Math.Max(latest, _batches[next].MaxTimestamp);
            if (time <= before.time || offset <= before.offset)
                AddStale(path, at, offset, $"entry {offset} of time {time} follows {before.offset} of time {before.time}");
            else if (offset > segment.LastOffset && offset <= knownTo && _faults.All(fault => fault.File != path))
                AddCut($"the log ends at byte {segment.EndPosition}, and its index knows of offset {offset}");
            else if (offset <= knownTo && _batches.Count > 0 && time != latest)
                AddStale(path, at, offset, $"entry {offset} says {time}, and the latest record up to it is of {latest}");
            before = (time, offset);
        }

        latest = _batches.Count > 0 ? _batches.Max(batch => batch.MaxTimestamp) : -1;
        if (segment.NextBaseOffset is not null && !segment.IsDamaged && before.time < latest && _faults.All(fault => fault.File != path && fault.Kind != LogFaultKind.CutShort))
            AddStale(path, bytes.Length, segment.LastOffset, before.time < 0 ? $"it is empty, and the latest record is of {latest}" : $"it ends at {before.time}, and the latest record is of {latest}");
    }

    /// <returns>The entries; null without the file, which a segment smaller than the interval of an index may lack.</returns>
    private byte[]? Read(string path, int entryBytes)
    {
        if (!File.Exists(path))
        {
            if (_batches.Count > 1) _faults.Add(new LogFault(LogFaultKind.MissingIndex, path, null, null, "the index is not there"));
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        int whole = bytes.Length / entryBytes * entryBytes;
        if (whole < bytes.Length) AddStale(path, whole, null, $"{bytes.Length} bytes are not whole entries of {entryBytes}");
        return bytes;
    }

    /// <summary>Made larger in advance, an index that was not closed ends with zeros.</summary>
    private static bool IsUnused(byte[] bytes, int at) => !bytes.AsSpan(at).ContainsAnyExcept((byte)0);

    private void AddStale(string path, long position, long? offset, string message) =>
        _faults.Add(new LogFault(LogFaultKind.StaleIndex, path, position, offset, message));

    private void AddCut(string message)
    {
        if (_faults.All(fault => fault.Kind != LogFaultKind.CutShort))
            _faults.Add(new LogFault(LogFaultKind.CutShort, segment.Files.LogPath, segment.EndPosition, segment.LastOffset + 1, message));
    }
}
