using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Indexes;

/// <summary>The aborted transactions whose markers lie in a segment: the <c>.txnindex</c> file, made when the first comes.
/// </summary>
/// <remarks>
/// Owned by its segment. One writer, many readers. An entry is, as Apache Kafka writes it: version int16, producer id int64,
/// first offset int64, last offset (the marker's) int64, last stable offset after the marker int64. Entries are in order of
/// their markers and go to the file at once; they are few, so a look-up reads them all.
/// </remarks>
internal sealed class TransactionIndex(SegmentFile file)
{
    private const int EntryBytes = 34;
    private const short Version = 0;

    private int _count;

    public SegmentFile File { get; } = file;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes over what the file holds.</summary>
    /// <param name="fileLength">Its length; what is no whole entry is ignored.</param>
    public void Open(long fileLength) => Volatile.Write(ref _count, (int)(fileLength / EntryBytes));

    public void Append(in AbortedTransaction transaction)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt16BigEndian(entry, Version);
        BinaryPrimitives.WriteInt64BigEndian(entry[2..], transaction.ProducerId);
        BinaryPrimitives.WriteInt64BigEndian(entry[10..], transaction.FirstOffset.Value);
        BinaryPrimitives.WriteInt64BigEndian(entry[18..], transaction.LastOffset.Value);
        BinaryPrimitives.WriteInt64BigEndian(entry[26..], transaction.LastStableOffset.Value);
        File.Write(entry, (long)_count * EntryBytes);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Adds the transactions that overlap the offsets from <paramref name="from"/> to <paramref name="to"/>,
    /// exclusive.</summary>
    /// <returns>True when no later segment can have more of them.</returns>
    public bool Collect(Offset from, Offset to, ImmutableArray<AbortedTransaction>.Builder found)
    {
        bool isComplete = false;
        ForEach((_, transaction) =>
        {
            if (transaction.LastOffset >= from && transaction.FirstOffset < to) found.Add(transaction);
            isComplete = transaction.LastStableOffset >= to;
            return !isComplete;
        });
        return isComplete;
    }

    /// <summary>Drops the transactions whose markers are at or above <paramref name="end"/>.</summary>
    public void TruncateTo(Offset end)
    {
        int kept = Count;
        if (kept == 0) return;
        ForEach((index, transaction) =>
        {
            if (transaction.LastOffset < end) return true;
            kept = index;
            return false;
        });
        Keep(kept);
    }

    /// <summary>After a crash: keeps the transactions whose markers are below <paramref name="end"/>, up to the first that cannot
    /// have been written so. An entry whose write was torn says less than it did, so its marker alone tells nothing.</summary>
    public void KeepValid(Offset baseOffset, Offset end)
    {
        int kept = 0;
        Offset marker = baseOffset;
        Offset stable = Offset.Zero;
        ForEach((index, transaction) =>
        {
            bool isInOrder = transaction.LastOffset >= marker && transaction.LastStableOffset >= stable;
            bool isPossible = transaction.FirstOffset < transaction.LastOffset
                && transaction.LastStableOffset <= transaction.LastOffset.Next;
            if (!isInOrder || !isPossible || transaction.LastOffset >= end) return false;
            marker = transaction.LastOffset.Next;
            stable = transaction.LastStableOffset;
            kept = index + 1;
            return true;
        });
        Keep(kept);
    }

    /// <summary>Forgets all transactions.</summary>
    public void Reset()
    {
        Volatile.Write(ref _count, 0);
        File.Clear();
    }

    private void Keep(int count)
    {
        if (count == Count) return;
        Volatile.Write(ref _count, count);
        File.SetLength((long)count * EntryBytes);
    }

    private void ForEach(Func<int, AbortedTransaction, bool> visit)
    {
        int bytes = Count * EntryBytes;
        if (bytes == 0) return;
        byte[] entries = ArrayPool<byte>.Shared.Rent(bytes);
        int read = File.Read(entries.AsSpan(0, bytes), 0);
        for (int at = 0; at + EntryBytes <= read; at += EntryBytes)
        {
            if (!visit(at / EntryBytes, EntryOf(entries.AsSpan(at, EntryBytes)))) break;
        }

        ArrayPool<byte>.Shared.Return(entries);
    }

    private static AbortedTransaction EntryOf(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadInt64BigEndian(entry[2..]),
        new Offset(BinaryPrimitives.ReadInt64BigEndian(entry[10..])),
        new Offset(BinaryPrimitives.ReadInt64BigEndian(entry[18..])),
        new Offset(BinaryPrimitives.ReadInt64BigEndian(entry[26..])));
}
