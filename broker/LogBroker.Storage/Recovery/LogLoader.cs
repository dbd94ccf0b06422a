using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Recovery;

/// <summary>Opens the log in a directory, and recovers it when it was not closed cleanly.</summary>
/// <remarks>One log, one thread; several logs are loaded side by side. After a clean stop only the end of the active segment
/// is read. Else everything from the recovery point on is checked, batch by batch.</remarks>
internal sealed partial class LogLoader
{
    private readonly LogEnvironment _environment;
    private readonly LogDirectoryEntry _entry;
    private readonly LogOptions _options;
    private readonly LeaderEpochs _epochs;
    private readonly TornData _torn;
    private readonly List<LogSegment> _segments = [];
    private LogState _state = LogState.Online;
    private Offset _end;

    public LogLoader(LogEnvironment environment, LogDirectoryEntry entry, LogOptions options)
    {
        _environment = environment;
        _entry = entry;
        _options = options;
        _epochs = new LeaderEpochs(environment.Disk);
        _torn = new TornData(environment, entry);
    }

    /// <summary>Finds the segments of the log and what they hold; makes the first when there are none.</summary>
    /// <exception cref="DiskException">The directory cannot be read or mended.</exception>
    public PartitionLogContent Load()
    {
        IDisk disk = _environment.Disk;
        LogFiles files = LogFiles.Find(disk, _entry.Directory);
        _epochs.Load(_entry.Directory);
        _end = _entry.LogStartOffset;
        LoadSegments(files);
        if (_end < _entry.LogStartOffset) DropAll();
        if (_segments.Count == 0) CreateFirst();
        Offset start = Offset.Max(_entry.LogStartOffset, _segments[0].BaseOffset);
        if (!_entry.WasClosedCleanly) MakeDurable();
        _epochs.TruncateFromEnd(_end);
        _epochs.TruncateFromStart(start);
        var snapshots = new ProducerSnapshots(disk);
        ProducerStates producers = LoadProducers(files, snapshots, start);
        return new PartitionLogContent
        {
            Partition = _entry.Partition,
            TopicId = _entry.TopicId,
            Directory = _entry.Directory,
            Options = _options,
            Segments = [.. _segments],
            Epochs = _epochs,
            Producers = producers,
            Snapshots = snapshots,
            LogStartOffset = start,
            LogEndOffset = _end,
            DurableEndOffset = _end,
            RecoveryPoint = _entry.WasClosedCleanly ? _end : Offset.Min(_entry.RecoveryPoint, _end),
            State = _state,
        };
    }

    private void LoadSegments(LogFiles files)
    {
        LogSegment[] found = [.. files.Segments.Select(entry => SegmentOf(entry.Key, entry.Value))];
        int firstUnsafe = _entry.WasClosedCleanly
            ? found.Length
            : Math.Max(0, SegmentList.FloorIndex(found, _entry.RecoveryPoint));
        for (int index = 0; index < found.Length;)
        {
            LogSegment segment = found[index];
            _segments.Add(segment);
            int next = SkipStrays(segment, files, found, index + 1);
            ReadOnlySpan<LogSegment> later = found.AsSpan(next);
            if (index < firstUnsafe && TryAttach(segment, files.Segments[segment.BaseOffset], later.IsEmpty))
            {
                if (!later.IsEmpty) _end = later[0].BaseOffset;
            }
            else if (!Recover(segment, files.Segments[segment.BaseOffset], later, isUnsafe: index >= firstUnsafe))
            {
                _torn.PutAside(later);
                break;
            }

            index = next;
        }

        // A damaged or cut log may end in a segment that was closed for appending.
        if (_segments.Count > 0) _segments[^1].Reopen();
    }

    private LogSegment SegmentOf(Offset baseOffset, SegmentFiles files) => new(
        _environment.Handles, _entry.Directory, baseOffset, _options, files.LastWritten.ToUnixTimeMilliseconds());

    /// <summary>Deletes empty segments that begin before <paramref name="segment"/> ends: rolls that did not come about.
    /// </summary>
    /// <returns>The number of the first segment from <paramref name="next"/> on that stays.</returns>
    private static int SkipStrays(LogSegment segment, LogFiles files, LogSegment[] found, int next)
    {
        for (; next < found.Length && files.Segments[found[next].BaseOffset].LogBytes == 0; next++)
        {
            SegmentFiles own = files.Segments[segment.BaseOffset];
            segment.Publish(own.LogBytes!.Value);
            bool hasIndex = segment.Offsets.TryOpen(own.OffsetIndexBytes ?? 0, toMemory: true);
            if (hasIndex) segment.Offsets.KeepValid(segment.BaseOffset + int.MaxValue, segment.SizeInBytes);
            Offset end = segment.FindLastEnd();
            segment.ResetIndexes();
            if (end <= found[next].BaseOffset) break;
            found[next].Delete();
        }

        return next;
    }

    /// <summary>Takes over a segment that is known to be complete.</summary>
    /// <returns>False when its indexes or its end are not as they should be.</returns>
    private bool TryAttach(LogSegment segment, SegmentFiles files, bool isLast)
    {
        if (files.OffsetIndexBytes is not { } offsetBytes || files.TimeIndexBytes is not { } timeBytes) return false;
        if (!segment.Offsets.TryOpen(offsetBytes, isLast) || !segment.Times.TryOpen(timeBytes, isLast)) return false;
        long size = files.LogBytes!.Value;
        segment.Aborted.Open(files.TransactionIndexBytes ?? 0);
        segment.Attach(size);
        if (!isLast) return true;
        segment.Offsets.KeepValid(segment.BaseOffset + int.MaxValue, size);
        if (segment.FindEnd() is not { } end) return false;
        segment.TrustTimeIndex();
        _end = end;
        return true;
    }

    private void CreateFirst()
    {
        var segment = new LogSegment(
            _environment.Handles, _entry.Directory, _entry.LogStartOffset, _options, _environment.Now);
        segment.CreateFiles();
        _segments.Add(segment);
        _end = _entry.LogStartOffset;
    }

    /// <summary>The records end before the log is to start: they were deleted, or the files were lost.</summary>
    private void DropAll()
    {
        Log.EndsBeforeStart(_environment.Logger, _entry.Partition, _end, _entry.LogStartOffset);
        _torn.PutAside([.. _segments]);
        _segments.Clear();
        _epochs.Clear();
    }

    /// <summary>What a killed process wrote may still be in memory only.</summary>
    private void MakeDurable()
    {
        foreach (LogSegment segment in _segments)
        {
            if (segment.BaseOffset + segment.SizeInBytes < _entry.RecoveryPoint && segment != _segments[^1]) continue;
            segment.Log.MarkDirty();
            segment.Log.SyncData();
        }

        _environment.Disk.SyncDirectory(_entry.Directory);
    }

    private ProducerStates LoadProducers(LogFiles files, ProducerSnapshots snapshots, Offset start)
    {
        foreach (Offset offset in files.Snapshots) snapshots.Found(offset);
        snapshots.DeleteAbove(_entry.Directory, _end);
        var states = new ProducerStates();
        Offset trusted = _entry.WasClosedCleanly ? _end : Offset.Min(_entry.RecoveryPoint, _end);
        if (snapshots.Load(_entry.Directory, states, trusted) is null) states.Clear(start);
        ProducerReplay.Run([.. _segments], states, _end, _entry.WasClosedCleanly ? _end : _entry.RecoveryPoint);
        states.Expire(_environment.Now, (long)_environment.Options.ProducerIdExpiration.TotalMilliseconds);
        snapshots.DeleteStray(_entry.Directory, [.. _segments], trusted);
        return states;
    }

    private static partial class Log
    {
        [LoggerMessage(
            2301,
            LogLevel.Warning,
            "{Partition} ends at {EndOffset}, before its start at {StartOffset}; its files were put aside",
            EventName = "LogEndsBeforeStart")]
        public static partial void EndsBeforeStart(
            ILogger logger, TopicPartition partition, Offset endOffset, Offset startOffset);

        [LoggerMessage(
            2302,
            LogLevel.Warning,
            "{Partition}: {Bytes} bytes behind offset {EndOffset} were not written completely and were cut off",
            EventName = "TornTailCut")]
        public static partial void TornTailCut(
            ILogger logger, TopicPartition partition, long bytes, Offset endOffset);

        [LoggerMessage(
            2303,
            LogLevel.Error,
            "{Partition}: damaged records in {Path} at byte {Position}, with intact ones behind them; the partition is "
                + "offline for writes",
            EventName = "LogCorrupted")]
        public static partial void Corrupted(ILogger logger, TopicPartition partition, string path, long position);
    }
}
