using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Indexes;

/// <summary>A file of entries of one size in ascending order: what the offset and the time index have in common.</summary>
/// <remarks>
/// Owned by its segment. One writer, many readers. While its segment is active the entries are in memory, in the file's
/// own format, and reach the file in <see cref="Persist"/>; afterwards <see cref="Unload"/> drops them and look-ups read
/// the file, entry by entry. A crash may lose entries that were not persisted and synced; recovery rebuilds them.
/// </remarks>
internal abstract class SparseIndex : IDisposable
{
    private readonly SegmentFile _file;
    private readonly int _entryBytes;
    private byte[]? _memory;
    private int _count;
    private int _persisted;

    protected SparseIndex(SegmentFile file, int entryBytes, int maxBytes)
    {
        _file = file;
        _entryBytes = entryBytes;
        SetRoom(maxBytes);
    }

    public int Count => Volatile.Read(ref _count);

    public int SizeInBytes => Count * _entryBytes;

    /// <summary>How many entries <c>segment.index.bytes</c> has room for.</summary>
    public int EntriesMax { get; private set; }

    public SegmentFile File => _file;

    /// <summary>Changes how many bytes the file may take; what is there stays.</summary>
    public void SetRoom(int maxBytes) => EntriesMax = maxBytes / _entryBytes;

    /// <summary>Begins without entries, in memory; what the file held is written over.</summary>
    public void Reset()
    {
        Volatile.Write(ref _count, 0);
        _persisted = 0;
        _memory = [];
    }

    /// <summary>Takes the entries that the file holds.</summary>
    /// <param name="fileLength">Its length, as the directory tells it.</param>
    /// <param name="toMemory">Reads them in, for appending; else look-ups go to the file.</param>
    /// <returns>False when the length is not a whole number of entries, or less is there.</returns>
    public bool TryOpen(long fileLength, bool toMemory)
    {
        if (fileLength % _entryBytes != 0 || fileLength > int.MaxValue) return false;
        int count = (int)(fileLength / _entryBytes);
        byte[]? memory = toMemory ? new byte[fileLength] : null;
        if (memory is not null && _file.Read(memory, 0) != memory.Length) return false;
        _memory = memory;

        _persisted = count;
        Volatile.Write(ref _count, count);
        return true;
    }

    /// <summary>Takes the entries back into memory, to append more.</summary>
    public void Reload()
    {
        if (_memory is not null) return;
        var memory = new byte[SizeInBytes];
        int read = _file.Read(memory, 0);
        // What is missing in the file is rebuilt when the segment is next recovered; look-ups do without.
        if (read < memory.Length) Keep(read / _entryBytes);
        Volatile.Write(ref _memory, memory);
    }

    /// <summary>Writes the entries that the file does not have yet. Creates it if there are none.</summary>
    public void Persist()
    {
        int count = _count;
        if (_memory is { } memory && (_persisted < count || count == 0))
        {
            int from = _persisted * _entryBytes;
            if (_persisted == 0) _file.SetLength(0);
            if (count > _persisted) _file.Write(memory.AsSpan(from, (count * _entryBytes) - from), from);
        }

        _persisted = count;
    }

    /// <summary>Drops the entries from memory; they are in the file.</summary>
    public void Unload()
    {
        Persist();
        Volatile.Write(ref _memory, null);
    }

    public void Dispose() => _file.Dispose();

    protected void AppendEntry(ReadOnlySpan<byte> entry)
    {
        byte[] memory = _memory ?? throw new InvalidOperationException("The index is not open for appending.");
        int at = _count * _entryBytes;
        if (at + _entryBytes > memory.Length)
        {
            var larger = new byte[Math.Max(64, memory.Length * 2) / _entryBytes * _entryBytes];
            memory.AsSpan(0, at).CopyTo(larger);
            Volatile.Write(ref _memory, larger);
            memory = larger;
        }

        entry.CopyTo(memory.AsSpan(at));
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Keeps the first <paramref name="count"/> entries.</summary>
    protected void Keep(int count)
    {
        if (count >= _count) return;
        Volatile.Write(ref _count, count);
        if (_persisted <= count) return;
        _file.SetLength((long)count * _entryBytes);
        _persisted = count;
    }

    protected void ReadEntry(int index, Span<byte> entry)
    {
        if (Volatile.Read(ref _memory) is { } memory)
            memory.AsSpan(index * _entryBytes, _entryBytes).CopyTo(entry);
        else if (_file.Read(entry, (long)index * _entryBytes) != _entryBytes)
            entry.Clear(); // truncated under this reader: an entry of zeros leads to the front of the segment
    }
}
