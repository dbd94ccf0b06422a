using System.Buffers.Binary;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Recovery;

/// <summary>Looks at what follows a place in a log file where no intact batch begins.</summary>
/// <remarks>
/// After a power cut the file system may have kept a later write and not an earlier one. Such writes were not synced, so
/// nothing of them was acknowledged as durable, and the missing part reads as zeros: a sector of nothing but zeros where a
/// batch should be, or the rest of the sector in which the last durable batch ends, is a lost write. Wrong bytes without
/// such zeros were written once and are damage.
/// </remarks>
internal sealed class DamageSearch(LogSegment segment, long end)
{
    private const int SectorBytes = 512;
    private const int MagicAt = 16;

    /// <summary>Finds the next intact batch behind <paramref name="from"/>.</summary>
    /// <param name="from">Where no intact batch begins.</param>
    /// <param name="offsetMin">The lowest offset it may have.</param>
    /// <returns>Its position, or null when none follows.</returns>
    public long? FindNext(long from, Offset offsetMin)
    {
        using var windows = new BatchReader(segment.Log, end);
        using var batches = new BatchReader(segment.Log, end);
        long position = from + 1;
        while (position + RecordBatchView.HeaderSizeInBytes <= end)
        {
            ReadOnlySpan<byte> window = windows.Bytes(position);
            if (window.Length < RecordBatchView.HeaderSizeInBytes) return null;
            int last = window.Length - RecordBatchView.HeaderSizeInBytes;
            for (int at = 0; at <= last; at++)
            {
                if (window[at + MagicAt] != RecordBatchView.CurrentMagic) continue;
                if (!LooksLikeHeader(window[at..], position + at, offsetMin)) continue;
                if (batches.TryRead(position + at, out RecordBatchView batch) && batch.IsCrcValid) return position + at;
            }

            position += last + 1;
        }

        return null;
    }

    /// <summary>Whether the file ends at <paramref name="from"/> or within the batch that begins there.</summary>
    public bool EndsShort(long from)
    {
        using var reader = new BatchReader(segment.Log, end, RecordBatchView.HeaderSizeInBytes);
        ReadOnlySpan<byte> bytes = reader.Bytes(from);
        return bytes.Length < RecordBatchView.HeaderSizeInBytes
            || (RecordBatchView.TryReadHeader(bytes, out _, out int size) && size > end - from);
    }

    /// <summary>Says what lies between a place without an intact batch and the next intact one.</summary>
    /// <param name="from">Where no intact batch begins.</param>
    /// <param name="offset">The offset that a batch there would have.</param>
    /// <param name="next">Where the next intact batch begins; null when there is none.</param>
    public SegmentDamage Classify(long from, Offset offset, long? next)
    {
        if (next is not { } to) return SegmentDamage.TornTail;
        using var reader = new BatchReader(segment.Log, end);
        long sector = (from + SectorBytes - 1) / SectorBytes * SectorBytes;
        int rest = (int)(Math.Min(sector, end) - from);
        if (SaysSomething(rest, offset) && IsZero(reader, from, rest)) return SegmentDamage.LostWrite;
        // A batch found behind may begin in the last of these sectors: its offset begins with zeros.
        for (; sector < to; sector += SectorBytes)
        {
            if (IsZero(reader, sector, (int)Math.Min(SectorBytes, end - sector))) return SegmentDamage.LostWrite;
        }

        return SegmentDamage.Corruption;
    }

    /// <summary>Whether so many bytes of the front of a batch cannot all be zero: it begins with the offset, then comes
    /// the length.</summary>
    private static bool SaysSomething(int bytes, Offset offset)
    {
        if (bytes >= RecordBatchView.LogOverheadInBytes) return true;
        Span<byte> front = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(front, offset.Value);
        return front[..Math.Min(bytes, front.Length)].IndexOfAnyExcept((byte)0) >= 0;
    }

    private static bool IsZero(BatchReader reader, long position, int count)
    {
        ReadOnlySpan<byte> bytes = reader.Bytes(position);
        return bytes.Length >= count && bytes[..count].IndexOfAnyExcept((byte)0) < 0;
    }

    private bool LooksLikeHeader(ReadOnlySpan<byte> bytes, long position, Offset offsetMin)
    {
        long offset = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (offset < offsetMin.Value || offset - segment.BaseOffset.Value > int.MaxValue) return false;
        return RecordBatchView.TryReadHeader(bytes, out RecordBatchView header, out int size)
            && size <= end - position && header.LastOffsetDelta >= 0;
    }
}
