using System.Buffers.Binary;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Holds the indexes of aborted transactions against the markers: what is not in them, read-committed readers get to see.</summary>
/// <remarks>Goes through a partition's segments in order, since a transaction may have begun in an earlier one.</remarks>
internal sealed class TransactionCheck
{
    private const int EntryBytes = 34;

    /// <summary>The first offset of each producer's open transaction.</summary>
    private readonly Dictionary<long, long> _open = [];
    private bool _knowsAll = true;

    /// <summary>Checks the next segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="isContinued">Whether it begins where the one before it ends, or where the log does.</param>
    public IEnumerable<LogFault> Take(SegmentContent segment, bool isContinued)
    {
        if (!isContinued || segment.IsDamaged) Forget();
        Dictionary<long, Aborted> aborted = Read(segment.Batches);
        string path = segment.Files.TransactionIndexPath;
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        var faults = new List<LogFault>();
        if (bytes.Length % EntryBytes != 0)
            faults.Add(Stale(path, bytes.Length / EntryBytes * EntryBytes, null, $"{bytes.Length} bytes are not whole entries of {EntryBytes}"));
        for (int at = 0; at + EntryBytes <= bytes.Length; at += EntryBytes)
            if (Wrong(bytes.AsSpan(at, EntryBytes), aborted, segment.IsDamaged) is var (marker, wrong)) faults.Add(Stale(path, at, marker, wrong));
        foreach ((long marker, Aborted missing) in aborted.Where(one => one.Value.First is not null))
        {
            faults.Add(new LogFault(
                bytes.Length == 0 ? LogFaultKind.MissingIndex : LogFaultKind.StaleIndex,
                path,
                null,
                missing.First,
                $"the aborted transaction of producer {missing.ProducerId} from {missing.First} to {marker} is not in it: read-committed readers get its records"));
        }
        if (segment.IsDamaged) Forget();
        return faults;
    }

    /// <summary>What was lost may have begun transactions, and ended them.</summary>
    private void Forget()
    {
        _open.Clear();
        _knowsAll = false;
    }

    /// <summary>The transactions that are aborted in a segment, by the offsets of their markers.</summary>
    private Dictionary<long, Aborted> Read(IReadOnlyList<BatchSummary> batches)
    {
        var aborted = new Dictionary<long, Aborted>();
        foreach (BatchSummary batch in batches.Where(batch => batch.IsTransactional))
        {
            if (!batch.IsControl)
            {
                _open.TryAdd(batch.ProducerId, batch.BaseOffset);
                continue;
            }
            bool wasOpen = _open.Remove(batch.ProducerId, out long first);
            long stable = _open.Count > 0 ? _open.Values.Min() : batch.BaseOffset + 1;
            if (batch.IsAbort) aborted[batch.BaseOffset] = new Aborted(batch.ProducerId, wasOpen ? first : null, _knowsAll ? stable : null);
        }
        return aborted;
    }

    /// <summary>What is wrong with an entry, or null; the transaction it is right about is taken from those aborted.</summary>
    private static (long Marker, string Message)? Wrong(ReadOnlySpan<byte> entry, Dictionary<long, Aborted> aborted, bool isDamaged)
    {
        long producer = BinaryPrimitives.ReadInt64BigEndian(entry[2..]);
        long first = BinaryPrimitives.ReadInt64BigEndian(entry[10..]);
        long marker = BinaryPrimitives.ReadInt64BigEndian(entry[18..]);
        long stable = BinaryPrimitives.ReadInt64BigEndian(entry[26..]);
        if (!aborted.Remove(marker, out Aborted known) || known.ProducerId != producer)
            return isDamaged ? null : (marker, $"the aborted transaction of producer {producer} ends at {marker}, where there is no marker that aborts one of it");
        if (BinaryPrimitives.ReadInt16BigEndian(entry) != 0) return (marker, "its version is not 0");
        if (known.First is { } began && began != first) return (marker, $"the aborted transaction of producer {producer} begins at {first}, and its first record is at {began}");
        return known.Stable is { } isStable && isStable != stable
            ? (marker, $"the last stable offset behind the marker at {marker} is {stable}, and should be {isStable}")
            : null;
    }

    private static LogFault Stale(string path, long position, long? offset, string message) => new(LogFaultKind.StaleIndex, path, position, offset, message);

    private readonly record struct Aborted(long ProducerId, long? First, long? Stable);
}
