using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Indexes;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Recovery;

/// <content>Checking segments after an unclean stop.</content>
internal sealed partial class LogLoader
{
    /// <summary>Checks a segment and mends it.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="files">Its files.</param>
    /// <param name="later">The segments behind it.</param>
    /// <param name="isUnsafe">Whether it may hold what was never synced; else anything wrong in it is damage.</param>
    /// <returns>False when the log ends here and the later segments must go.</returns>
    private bool Recover(
        LogSegment segment, SegmentFiles files, ReadOnlySpan<LogSegment> later, bool isUnsafe)
    {
        long length = files.LogBytes!.Value;
        Offset safeEnd = isUnsafe ? _entry.RecoveryPoint : new Offset(long.MaxValue);
        (long start, Offset startOffset) = PrepareIndexes(segment, files, isUnsafe);
        var scan = new SegmentScan(segment, _options, _epochs, safeEnd);
        scan.Run(start, startOffset, length);
        segment.Publish(scan.EndPosition);
        _end = scan.EndOffset;
        SegmentDamage damage = Judge(scan, segment, length, later, isUnsafe);
        switch (damage)
        {
            case SegmentDamage.Corruption:
                ReportCorruption(segment, scan);
                break;
            case SegmentDamage.LostWrite:
            case SegmentDamage.TornTail:
                if (damage == SegmentDamage.LostWrite) _torn.SaveTail(segment, scan.EndPosition, length);
                Log.TornTailCut(
                    _environment.Logger, _entry.Partition, length - scan.EndPosition, scan.EndOffset);
                segment.Log.SetLength(scan.EndPosition);
                break;
        }

        if (damage is (SegmentDamage.LostWrite or SegmentDamage.TornTail) && later.Length > 0) return false;
        if (later.Length > 0) segment.Seal();
        return true;
    }

    /// <summary>Says what a scan that did not reach the end of the file, or left a hole before the next segment, means.
    /// </summary>
    private SegmentDamage Judge(
        SegmentScan scan, LogSegment segment, long length, ReadOnlySpan<LogSegment> later, bool isUnsafe)
    {
        if (scan.Damage == SegmentDamage.Corruption) return SegmentDamage.Corruption;
        bool hasHoleBehind = later.Length > 0 && scan.EndOffset < later[0].BaseOffset && !_options.IsCompacted;
        if (scan.Damage == SegmentDamage.None && (!hasHoleBehind || !isUnsafe)) return SegmentDamage.None;
        if (!isUnsafe) return SegmentDamage.Corruption;
        if (!HasRecords(later)) return scan.Damage == SegmentDamage.LostWrite ? scan.Damage : SegmentDamage.TornTail;
        // The file is short, or its end is unwritten: the disk kept the next segment's write and not this one's.
        var search = new DamageSearch(segment, length);
        return search.EndsShort(scan.EndPosition)
            ? SegmentDamage.LostWrite
            : search.Classify(scan.EndPosition, scan.EndOffset, length);
    }

    /// <summary>Keeps what the indexes say up to the recovery point, if it is true, so that only the rest is scanned.
    /// </summary>
    /// <returns>Where the scan begins, and at which offset.</returns>
    private (long Position, Offset Offset) PrepareIndexes(LogSegment segment, SegmentFiles files, bool isUnsafe)
    {
        Offset recoveryPoint = _entry.RecoveryPoint;
        segment.Aborted.Open(files.TransactionIndexBytes ?? 0);
        if (isUnsafe) segment.Aborted.KeepValid(segment.BaseOffset, recoveryPoint);
        if (isUnsafe
            && recoveryPoint > segment.BaseOffset
            && segment.Offsets.TryOpen(files.OffsetIndexBytes ?? 0, toMemory: true)
            && segment.Times.TryOpen(files.TimeIndexBytes ?? 0, toMemory: true)
            && segment.Offsets.KeepValid(recoveryPoint, files.LogBytes!.Value) > 0)
        {
            OffsetIndexEntry last = segment.Offsets.Lookup(recoveryPoint);
            using var reader = new BatchReader(segment.Log, files.LogBytes.Value);
            if (reader.TryRead(last.Position, out RecordBatchView batch)
                && batch.IsCrcValid
                && batch.LastOffset == last.LastOffset)
            {
                segment.Publish(last.Position);
                segment.Offsets.TruncateTo(batch.BaseOffset);
                segment.Times.KeepValid(batch.BaseOffset);
                segment.FindLatest();
                return (last.Position, batch.BaseOffset);
            }
        }

        segment.ResetIndexes();
        return (0, segment.BaseOffset);
    }

    private void ReportCorruption(LogSegment segment, SegmentScan scan)
    {
        Log.Corrupted(_environment.Logger, _entry.Partition, segment.Log.Path, scan.DamagePosition);
        if (!_state.IsOnline) return;
        _state = LogState.Offline(
            OfflineCause.Corruption,
            $"{_entry.Partition} has damaged records in {segment.Log.Path} at byte {scan.DamagePosition}.");
    }

    private static bool HasRecords(ReadOnlySpan<LogSegment> segments)
    {
        foreach (LogSegment segment in segments)
        {
            if (segment.Log.Length > 0) return true;
        }

        return false;
    }
}
