using System.Buffers.Binary;
using LogBroker.Protocol;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Indexes;

/// <summary>The highest timestamps seen up to some offsets of a segment: the <c>.timeindex</c> file.</summary>
/// <remarks>An entry is a timestamp (int64, milliseconds) and the last offset, relative to the base offset (int32), of the
/// batch that has it: no batch up to there has a later one. Timestamps ascend strictly.</remarks>
internal sealed class TimeIndex(SegmentFile file, Offset baseOffset, int maxBytes)
    : SparseIndex(file, EntryBytes, maxBytes)
{
    private const int EntryBytes = 12;
    private const long NoTimestamp = -1;

    /// <summary>The last slot is kept for the entry written when the segment is closed.</summary>
    public bool IsFull => Count >= EntriesMax - 1;

    /// <summary>The last entry; no timestamp and the base offset when there is none.</summary>
    public TimeIndexEntry Last => Count == 0 ? new TimeIndexEntry(NoTimestamp, baseOffset) : EntryAt(Count - 1);

    /// <summary>Adds an entry if its timestamp is higher than the last one's.</summary>
    /// <param name="timestamp">The highest timestamp of the segment so far.</param>
    /// <param name="offset">The last offset of the batch that has it.</param>
    /// <param name="isClosing">Whether the slot kept for closing may be used.</param>
    public void MaybeAppend(long timestamp, Offset offset, bool isClosing = false)
    {
        TimeIndexEntry last = Last;
        if (timestamp <= last.Timestamp || (Count > 0 && offset < last.Offset)) return;
        if (!isClosing && IsFull) return;
        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt64BigEndian(entry, timestamp);
        BinaryPrimitives.WriteInt32BigEndian(entry[8..], checked((int)(offset - baseOffset)));
        AppendEntry(entry);
    }

    public TimeIndexEntry EntryAt(int index)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        ReadEntry(index, entry);
        return new TimeIndexEntry(
            BinaryPrimitives.ReadInt64BigEndian(entry), baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry[8..]));
    }

    /// <summary>The last entry whose timestamp is not above <paramref name="timestamp"/>: records at or after that time
    /// lie behind its offset or at it.</summary>
    public TimeIndexEntry Lookup(long timestamp)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (EntryAt(middle).Timestamp <= timestamp) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? new TimeIndexEntry(NoTimestamp, baseOffset) : EntryAt(low - 1);
    }

    /// <summary>Drops the entries at <paramref name="offset"/> and above.</summary>
    public void TruncateTo(Offset offset)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (EntryAt(middle).Offset < offset) low = middle + 1;
            else high = middle;
        }

        Keep(low);
    }

    /// <summary>Keeps entries from the front as long as they ascend and lie below <paramref name="offsetMax"/>.</summary>
    public void KeepValid(Offset offsetMax)
    {
        var last = new TimeIndexEntry(NoTimestamp, baseOffset + -1);
        int valid = 0;
        for (int count = Count; valid < count; valid++)
        {
            TimeIndexEntry entry = EntryAt(valid);
            if (entry.Timestamp <= last.Timestamp || entry.Offset < last.Offset || entry.Offset >= offsetMax) break;
            last = entry;
        }

        Keep(valid);
    }
}

/// <summary>An entry of the time index.</summary>
/// <param name="Timestamp">Milliseconds since the Unix epoch; -1 for none.</param>
/// <param name="Offset">The last offset of the batch that has it.</param>
internal readonly record struct TimeIndexEntry(long Timestamp, Offset Offset);
