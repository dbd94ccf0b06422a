using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Indexes;
using LogBroker.Storage.Logs;

namespace LogBroker.Storage.Segments;

/// <summary>One append-only file of record batches with its offset and time indexes.</summary>
/// <remarks>
/// Owned by PartitionLog. One writer, many readers. Readers see a batch once <see cref="SizeInBytes"/> covers it, which
/// is published after the write. A failed write leaves size and indexes as they were; the bytes behind the size, if any,
/// are written over by the next append or cut by recovery. After <see cref="Delete"/> those who hold the file read on.
/// </remarks>
internal sealed class LogSegment : IDisposable
{
    private const int SearchBufferBytes = 1024;
    private const long NotLoaded = long.MinValue;

    private readonly long _createdAt;
    private FileGap[] _gaps = [];
    private long _size;
    private long _maxTimestamp = -1;
    private long? _firstTimestamp;
    private int _bytesSinceIndexEntry;

    public LogSegment(SegmentHandles handles, string directory, Offset baseOffset, LogOptions options, long createdAt)
    {
        BaseOffset = baseOffset;
        _createdAt = createdAt;
        OffsetOfMaxTimestamp = baseOffset;
        Log = FileOf(SegmentFileNames.Log);
        Offsets = new OffsetIndex(FileOf(SegmentFileNames.OffsetIndex), baseOffset, options.SegmentIndexBytes);
        Times = new TimeIndex(FileOf(SegmentFileNames.TimeIndex), baseOffset, options.SegmentIndexBytes);
        Aborted = new TransactionIndex(FileOf(SegmentFileNames.TransactionIndex));

        SegmentFile FileOf(string suffix) => new(
            handles, Path.Combine(directory, SegmentFileNames.Of(baseOffset, suffix)), Disk.FileOpening.OrCreate);
    }

    public Offset BaseOffset { get; }

    public SegmentFile Log { get; }

    public OffsetIndex Offsets { get; }

    public TimeIndex Times { get; }

    public TransactionIndex Aborted { get; }

    /// <summary>How far the file holds batches.</summary>
    public long SizeInBytes => Volatile.Read(ref _size);

    /// <summary>The latest timestamp of all the batches, in milliseconds; -1 when none has one. A closed segment looks it
    /// up in its time index when it is first asked.</summary>
    public long MaxTimestamp
    {
        get
        {
            long timestamp = Volatile.Read(ref _maxTimestamp);
            if (timestamp != NotLoaded) return timestamp;
            timestamp = Times.Last.Timestamp;
            Volatile.Write(ref _maxTimestamp, timestamp);
            return timestamp;
        }
    }

    /// <summary>The last offset of the batch that has <see cref="MaxTimestamp"/>; known of the active segment.</summary>
    public Offset OffsetOfMaxTimestamp { get; private set; }

    /// <summary>Parts of the file that hold no intact batch, in order; nearly always there are none.</summary>
    public ReadOnlySpan<FileGap> Gaps => Volatile.Read(ref _gaps);

    /// <summary>When the segment was last written as far as that is known: its latest timestamp, else when it was made or
    /// loaded. In milliseconds.</summary>
    public long LatestTime => MaxTimestamp >= 0 ? MaxTimestamp : _createdAt;

    /// <summary>The index files and the log file.</summary>
    private IEnumerable<SegmentFile> Files => [Log, Offsets.File, Times.File, Aborted.File];

    /// <summary>Makes the files of a new segment, empty even if there were some of that name.</summary>
    public void CreateFiles()
    {
        Log.SetLength(0);
        Offsets.Reset();
        Times.Reset();
        Aborted.Reset();
    }

    /// <summary>Sets how large the indexes may grow.</summary>
    public void SetIndexRoom(int maxBytes)
    {
        Offsets.SetRoom(maxBytes);
        Times.SetRoom(maxBytes);
    }

    /// <summary>Writes whole batches with their final offsets behind the others, in one write. They are appended once they
    /// are noted and published.</summary>
    /// <exception cref="Disk.DiskException">Nothing was appended.</exception>
    public void Write(ReadOnlySpan<byte> batches) => Log.Write(batches, _size);

    /// <summary>Lets readers see what was appended. Separate from <see cref="Write"/> because the log's end offset must be
    /// published first.</summary>
    public void Publish(long size) => Volatile.Write(ref _size, size);

    /// <summary>Takes a batch that lies in the file into the indexes.</summary>
    public void Note(in RecordBatchView header, long position, int size, int indexIntervalBytes)
    {
        Offset lastOffset = header.LastOffset;
        long timestamp = header.MaxTimestamp;
        _firstTimestamp ??= timestamp;
        if (timestamp > _maxTimestamp)
        {
            OffsetOfMaxTimestamp = lastOffset;
            Volatile.Write(ref _maxTimestamp, timestamp);
        }

        if (_bytesSinceIndexEntry > indexIntervalBytes)
        {
            Offsets.Append(lastOffset, (int)position);
            Times.MaybeAppend(_maxTimestamp, OffsetOfMaxTimestamp);
            _bytesSinceIndexEntry = 0;
        }

        _bytesSinceIndexEntry += size;
    }

    /// <summary>Whether a new segment must begin before these batches.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="incomingBytes">The size of what is to be appended.</param>
    /// <param name="incomingTimestamp">Its latest timestamp.</param>
    /// <param name="incomingLastOffset">Its last offset.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="jitter">Milliseconds to take off the age limit.</param>
    public bool MustRoll(
        LogOptions options, int incomingBytes, long incomingTimestamp, Offset incomingLastOffset, long now, long jitter)
    {
        if (incomingLastOffset - BaseOffset > int.MaxValue) return true;
        if (_size == 0) return false;
        if (_size > options.SegmentBytes - incomingBytes) return true;
        if (Offsets.IsFull || Times.IsFull) return true;
        long age = _firstTimestamp is >= 0 and { } first ? incomingTimestamp - first : now - _createdAt;
        return age > options.SegmentAge.TotalMilliseconds - jitter;
    }

    /// <summary>Finds the first batch that reaches up to <paramref name="offset"/> or beyond.</summary>
    /// <param name="offset">What to look for.</param>
    /// <param name="end">The end of the part of the file to search.</param>
    /// <param name="location">Where the batch lies.</param>
    public bool TryLocate(Offset offset, long end, out BatchLocation location)
    {
        OffsetIndexEntry entry = Offsets.Lookup(offset);
        bool? found = Scan(entry.Position, entry.LastOffset, offset, end, out location);
        // An entry that leads to no such batch is damaged: then the file itself is walked from its front.
        return found ?? Scan(0, entry.LastOffset, offset, end, out location) is true;
    }

    /// <summary>Cuts off every batch that reaches <paramref name="end"/>.</summary>
    /// <param name="end">The first offset to go.</param>
    /// <param name="wasSealed">Whether the segment was closed for appending and is now to be the active one.</param>
    /// <returns>The offset at which the segment ends now.</returns>
    public Offset TruncateTo(Offset end, bool wasSealed)
    {
        long size = TryLocate(end, _size, out BatchLocation first) ? first.Position : PositionBehind(end);
        Offset cut = first.SizeInBytes > 0 ? Offset.Min(end, first.BaseOffset) : end;
        foreach (FileGap gap in Gaps)
        {
            if (gap.To == size) size = gap.From;
        }

        if (wasSealed) Reopen();
        Publish(size);
        Log.SetLength(size);
        Offsets.TruncateTo(end);
        Times.TruncateTo(end);
        Aborted.TruncateTo(end);
        Volatile.Write(ref _gaps, [.. _gaps.Where(gap => gap.To <= size)]);
        _bytesSinceIndexEntry = 0;
        FindLatest();
        return cut;
    }

    /// <summary>Takes the indexes into memory, to append again.</summary>
    public void Reopen()
    {
        Offsets.Reload();
        Times.Reload();
    }

    /// <summary>Finds the offset behind the last batch, by the last index entry and the headers behind it.</summary>
    /// <returns>Null when the file does not end with a batch.</returns>
    public Offset? FindEnd() => FindLastEnd(out bool isBroken) is var end && isBroken ? null : end;

    /// <summary>The same, as far as the headers can be followed.</summary>
    public Offset FindLastEnd() => FindLastEnd(out _);

    /// <summary>Takes the time index's word for the latest timestamp, which a segment closed in order has as its last
    /// entry.</summary>
    public void TrustTimeIndex()
    {
        OffsetOfMaxTimestamp = Times.Last.Offset;
        Volatile.Write(ref _maxTimestamp, Times.Last.Timestamp);
        Span<byte> buffer = stackalloc byte[RecordBatchView.HeaderSizeInBytes];
        var scanner = new BatchHeaderScanner(this, 0, _size, buffer);
        _firstTimestamp = scanner.MoveNext() ? scanner.Header.MaxTimestamp : null;
    }

    /// <summary>Finds the latest timestamp anew: the time index's last entry, or a later batch.</summary>
    public void FindLatest()
    {
        TimeIndexEntry latest = Times.Last;
        Span<byte> buffer = stackalloc byte[SearchBufferBytes];
        long from = latest.Timestamp < 0 ? 0 : Offsets.Lookup(latest.Offset).Position;
        var scanner = new BatchHeaderScanner(this, from, _size, buffer);
        while (scanner.MoveNext())
        {
            if (scanner.Position == 0) _firstTimestamp = scanner.Header.MaxTimestamp;
            if (scanner.Header.MaxTimestamp > latest.Timestamp)
                latest = new TimeIndexEntry(scanner.Header.MaxTimestamp, scanner.Header.LastOffset);
        }

        if (_size == 0) _firstTimestamp = null;
        OffsetOfMaxTimestamp = latest.Offset;
        Volatile.Write(ref _maxTimestamp, latest.Timestamp);
    }

    /// <summary>Where the batches below <paramref name="end"/> end; found from their side, for what lies behind may be
    /// damaged.</summary>
    public long PositionBehind(Offset end)
    {
        if (end <= BaseOffset) return 0;
        return TryLocate(end + -1, _size, out BatchLocation last) ? last.Position + last.SizeInBytes : _size;
    }

    /// <summary>Takes over a closed segment whose files are complete.</summary>
    /// <param name="size">The length of the log file.</param>
    public void Attach(long size)
    {
        Volatile.Write(ref _maxTimestamp, NotLoaded);
        Publish(size);
    }

    /// <summary>Forgets what was noted, to note the batches anew from the front.</summary>
    public void ResetIndexes()
    {
        Offsets.Reset();
        Times.Reset();
        _bytesSinceIndexEntry = 0;
        _firstTimestamp = null;
        OffsetOfMaxTimestamp = BaseOffset;
        Volatile.Write(ref _maxTimestamp, -1);
    }

    /// <summary>Notes a damaged part of the file; readers step over it.</summary>
    public void AddGap(FileGap gap) => Volatile.Write(ref _gaps, [.. _gaps, gap]);

    /// <summary>Where reading goes on at <paramref name="position"/>: there, or behind the damaged part that begins
    /// there.</summary>
    public long SkipGap(long position)
    {
        foreach (FileGap gap in Gaps)
        {
            if (gap.From == position) return gap.To;
        }

        return position;
    }

    /// <summary>How far the batches from <paramref name="position"/> on lie side by side.</summary>
    public long EndOfRun(long position, long end)
    {
        foreach (FileGap gap in Gaps)
        {
            if (gap.From >= position && gap.From < end) return gap.From;
        }

        return end;
    }

    /// <summary>Closes the segment for appending: completes the indexes and lets go of their memory.</summary>
    public void Seal()
    {
        CompleteIndexes();
        Offsets.Unload();
        Times.Unload();
    }

    /// <summary>Writes the indexes out with the entry that says which timestamp is the latest.</summary>
    public void CompleteIndexes()
    {
        if (_maxTimestamp >= 0) Times.MaybeAppend(_maxTimestamp, OffsetOfMaxTimestamp, isClosing: true);
        PersistIndexes();
    }

    /// <summary>Writes the index entries out that the files do not have yet.</summary>
    public void PersistIndexes()
    {
        Offsets.Persist();
        Times.Persist();
    }

    /// <summary>Makes the index files durable.</summary>
    public void SyncIndexes()
    {
        Offsets.File.SyncData();
        Times.File.SyncData();
        Aborted.File.SyncData();
    }

    /// <summary>Gives the files the suffix of files that wait for deletion.</summary>
    public void MarkDeleted()
    {
        foreach (SegmentFile file in Files)
        {
            if (!file.Path.EndsWith(SegmentFileNames.Deleted, StringComparison.Ordinal))
                file.Rename(file.Path + SegmentFileNames.Deleted);
        }
    }

    /// <summary>Deletes the files; readers that have them pinned finish.</summary>
    public void Delete()
    {
        foreach (SegmentFile file in Files) file.Delete();
    }

    /// <summary>Deletes the files if that is possible.</summary>
    public void TryDelete()
    {
        try
        {
            Delete();
        }
        catch (Disk.DiskException)
        {
            // An empty segment amid others is found and deleted when the log is next opened.
        }
    }

    /// <summary>Follows a rename of the directory.</summary>
    public void MoveTo(string directory)
    {
        foreach (SegmentFile file in Files) file.MoveTo(directory);
    }

    public void Dispose()
    {
        foreach (SegmentFile file in Files) file.Dispose();
    }

    private Offset FindLastEnd(out bool isBroken)
    {
        Span<byte> buffer = stackalloc byte[SearchBufferBytes];
        Offset end = BaseOffset;
        var scanner = new BatchHeaderScanner(this, Offsets.Lookup(Offsets.LastOffset).Position, _size, buffer);
        while (scanner.MoveNext()) end = scanner.Header.NextOffset;
        isBroken = scanner.IsBroken;
        return end;
    }

    /// <summary>Walks the file from a batch that an index entry names.</summary>
    /// <returns>Null when the batch there is not the one the entry means.</returns>
    private bool? Scan(long from, Offset lastOffsetThere, Offset offset, long end, out BatchLocation location)
    {
        location = default;
        Span<byte> buffer = stackalloc byte[SearchBufferBytes];
        var scanner = new BatchHeaderScanner(this, from, end, buffer);
        bool isFirst = from > 0;
        while (scanner.MoveNext())
        {
            RecordBatchView header = scanner.Header;
            if (isFirst && header.LastOffset != lastOffsetThere) return null;
            isFirst = false;
            if (header.LastOffset < offset) continue;
            location = new BatchLocation(scanner.Position, scanner.SizeInBytes, header.BaseOffset, header.LastOffset);
            return true;
        }

        return isFirst && scanner.IsBroken ? null : false;
    }
}
