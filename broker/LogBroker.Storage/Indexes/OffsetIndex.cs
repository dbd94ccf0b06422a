using System.Buffers.Binary;
using LogBroker.Protocol;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Indexes;

/// <summary>Where in a segment's log file some of its batches begin: the <c>.index</c> file.</summary>
/// <remarks>An entry is the last offset of a batch relative to the segment's base offset (int32) and the position at which
/// that batch begins (int32), as Apache Kafka writes it.</remarks>
internal sealed class OffsetIndex(SegmentFile file, Offset baseOffset, int maxBytes)
    : SparseIndex(file, EntryBytes, maxBytes)
{
    private const int EntryBytes = 8;

    public bool IsFull => Count >= EntriesMax;

    /// <summary>The last offset in the index; the base offset when it is empty.</summary>
    public Offset LastOffset => Count == 0 ? baseOffset : EntryAt(Count - 1).LastOffset;

    /// <summary>Adds a batch that lies behind all those in the index. When the index is full nothing happens: the segment
    /// should have rolled.</summary>
    public void Append(Offset lastOffset, int position)
    {
        if (IsFull) return;
        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt32BigEndian(entry, checked((int)(lastOffset - baseOffset)));
        BinaryPrimitives.WriteInt32BigEndian(entry[4..], position);
        AppendEntry(entry);
    }

    public OffsetIndexEntry EntryAt(int index)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        ReadEntry(index, entry);
        return new OffsetIndexEntry(
            baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt32BigEndian(entry[4..]));
    }

    /// <summary>The last entry at or below <paramref name="offset"/>; the front of the segment when there is none.</summary>
    public OffsetIndexEntry Lookup(Offset offset)
    {
        int found = CountAtOrBelow(offset) - 1;
        return found < 0 ? new OffsetIndexEntry(baseOffset, 0) : EntryAt(found);
    }

    /// <summary>The last offset of the first indexed batch that begins at <paramref name="position"/> or behind it.
    /// </summary>
    public Offset? FirstBeyond(long position)
    {
        int low = 0;
        int count = Count;
        int high = count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (EntryAt(middle).Position < position) low = middle + 1;
            else high = middle;
        }

        return low < count ? EntryAt(low).LastOffset : null;
    }

    /// <summary>Drops the entries of batches that hold <paramref name="offset"/> or come after it.</summary>
    public void TruncateTo(Offset offset) => Keep(CountAtOrBelow(offset + -1));

    /// <summary>Keeps entries from the front as long as they ascend and lie below both bounds.</summary>
    /// <returns>How many were kept.</returns>
    public int KeepValid(Offset offsetMax, long positionMax)
    {
        var last = new OffsetIndexEntry(baseOffset + -1, -1);
        int valid = 0;
        for (int count = Count; valid < count; valid++)
        {
            OffsetIndexEntry entry = EntryAt(valid);
            if (entry.LastOffset <= last.LastOffset || entry.Position <= last.Position) break;
            if (entry.LastOffset >= offsetMax || entry.Position >= positionMax) break;
            last = entry;
        }

        Keep(valid);
        return valid;
    }

    private int CountAtOrBelow(Offset offset)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (EntryAt(middle).LastOffset <= offset) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

/// <summary>An entry of the offset index.</summary>
/// <param name="LastOffset">The last offset of a batch.</param>
/// <param name="Position">Where in the file that batch begins.</param>
internal readonly record struct OffsetIndexEntry(Offset LastOffset, int Position);
