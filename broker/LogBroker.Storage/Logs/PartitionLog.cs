using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace LogBroker.Storage.Logs;

/// <summary>One replica of a partition on disk: record batches under ascending offsets, in segments.</summary>
/// <remarks>
/// Owned by LogStore. One writer at a time: appending, rolling, truncating and deleting take the log's lock; reading takes
/// none, and sees a batch once <see cref="LogEndOffset"/> covers it. Nothing is acknowledged as durable beyond
/// <see cref="DurableEndOffset"/>. When the disk fails a write or a sync the log goes offline for writes (see
/// <see cref="State"/>): appends answer KafkaStorageError, reads go on, and the store's repair run brings it back. Ends
/// with its directory's removal or with <see cref="LogStore.CloseCleanly"/>.
/// </remarks>
public sealed partial class PartitionLog
{
    private readonly LogEnvironment _environment;
    private readonly Lock _writer = new();
    private readonly SegmentList _segments;
    private string _directory;
    private LogOptions _options;
    private long _logStartOffset;
    private long _logEndOffset;

    internal PartitionLog(LogEnvironment environment, PartitionLogContent content)
    {
        _environment = environment;
        TopicPartition = content.Partition;
        TopicId = content.TopicId;
        _directory = content.Directory;
        _options = content.Options;
        _segments = new SegmentList(content.Segments);
        _logStartOffset = content.LogStartOffset.Value;
        _logEndOffset = content.LogEndOffset.Value;
        _durableEndOffset = content.DurableEndOffset.Value;
        _recoveryPoint = content.RecoveryPoint.Value;
        _savedRecoveryPoint = content.RecoveryPoint;
        _epochs = content.Epochs;
        _producers = content.Producers;
        _snapshots = content.Snapshots;
        _state = content.State;
    }

    public TopicPartition TopicPartition { get; }

    /// <summary>The topic's id; empty when its directory does not say.</summary>
    public Guid TopicId { get; }

    /// <summary>The topic's settings; new ones apply from the next append, read or retention run on.</summary>
    public LogOptions Options
    {
        get => Volatile.Read(ref _options);
        set
        {
            lock (_writer)
            {
                _segments.Active.SetIndexRoom(value.SegmentIndexBytes);
                Volatile.Write(ref _options, value);
            }
        }
    }

    /// <summary>The directory with the log's files.</summary>
    public string Directory => Volatile.Read(ref _directory);

    /// <summary>The first offset that may be read.</summary>
    public Offset LogStartOffset => new(Volatile.Read(ref _logStartOffset));

    /// <summary>The offset that the next record will get.</summary>
    public Offset LogEndOffset => new(Volatile.Read(ref _logEndOffset));

    /// <summary>The size of all the batches on disk.</summary>
    public long SizeInBytes => _segments.SizeInBytes;

    public int SegmentCount => _segments.Current.Length;

    /// <summary>Checks a batch, gives its records the next offsets, and writes it.</summary>
    /// <param name="records">The bytes of a produce request for this partition: one batch. Offsets, leader epoch and, if the
    /// topic asks for it, timestamps are written into them.</param>
    /// <param name="epoch">The leader's epoch.</param>
    /// <param name="origin">Client or Coordinator.</param>
    /// <param name="transactionVersion">For the marker of a transaction, the version its coordinator works by: from 2 on the
    /// marker's producer epoch must be higher than that of the transaction (KIP-890, KIP-1228).</param>
    public LogAppendResult AppendAsLeader(
        Memory<byte> records, LeaderEpoch epoch, AppendOrigin origin, short transactionVersion = 0)
    {
        LogOptions options = Options;
        var rules = new ValidationRules(
            TopicPartition,
            options,
            origin,
            _environment.Now,
            _environment.Options.DecompressedBytesMax,
            _environment.Options.ChecksCompressedRecords);
        BatchValidation validation = BatchValidator.Validate(records.Span, rules);
        if (validation.Error != ErrorCode.None)
        {
            return LogAppendResult.Failed(
                validation.Error, validation.Message!, LogStartOffset, validation.RecordErrors);
        }

        Memory<byte> batch = records[..validation.SizeInBytes];
        using RecordBatchBuilder? rewritten = validation.NeedsRebuild ? BatchRewriter.Rewrite(batch.Span, rules) : null;
        if (rewritten is not null)
        {
            batch = rewritten.Build();
            if (batch.Length > options.MaxMessageBytes) return TooLarge(batch.Length, options);
        }

        StampTimestamp(batch.Span, options.TimestampType, validation.MaxTimestamp);
        if (batch.Length > options.SegmentBytes) return TooLargeForSegment(batch.Length, options);
        LogAppendResult result;
        lock (_writer) result = AppendUnderLock(batch.Span, epoch, rules, transactionVersion);
        if (result.Error == ErrorCode.KafkaStorageError) TellState();
        return result;
    }

    /// <summary>Writes batches of another replica as they are.</summary>
    /// <param name="batches">Whole batches with ascending offsets, none below <see cref="LogEndOffset"/>; what follows the
    /// last whole one is ignored.</param>
    public LogAppendResult AppendAsFollower(Memory<byte> batches)
    {
        ReadOnlySpan<byte> rest = batches.Span;
        Offset next = LogEndOffset;
        Offset first = Offset.None;
        int valid = 0;
        while (RecordBatchView.TryRead(rest, out RecordBatchView batch))
        {
            if (batch.Magic != RecordBatchView.CurrentMagic || !batch.IsCrcValid)
            {
                return LogAppendResult.Failed(
                    ErrorCode.CorruptMessage,
                    $"Record is corrupt (stored crc = {batch.Crc}) in topic partition {TopicPartition}.",
                    LogStartOffset);
            }

            if (batch.BaseOffset < next || batch.LastOffset < batch.BaseOffset)
            {
                return LogAppendResult.Failed(
                    ErrorCode.InvalidRecord,
                    $"Unexpected offset in append to {TopicPartition}. First offset {batch.BaseOffset} is less than the "
                    + $"next offset {next}.",
                    LogStartOffset);
            }

            if (first == Offset.None) first = batch.BaseOffset;
            next = batch.NextOffset;
            valid += batch.SizeInBytes;
            rest = rest[batch.SizeInBytes..];
        }

        if (valid == 0)
            return new LogAppendResult(ErrorCode.None, null, Offset.None, Offset.None, -1, LogStartOffset, [], false);
        LogAppendResult result;
        lock (_writer) result = AppendCopies(batches.Span[..valid], first, next);
        if (result.Error == ErrorCode.KafkaStorageError) TellState();
        return result;
    }

    private LogAppendResult AppendUnderLock(
        Span<byte> batch, LeaderEpoch epoch, in ValidationRules rules, short transactionVersion)
    {
        if (OfflineResult() is { } offline) return offline;
        Offset baseOffset = LogEndOffset;
        RecordBatchView.TryRead(batch, out RecordBatchView view);
        if (view.ProducerId >= 0)
        {
            ProducerCheck check = ProducerRules.Check(
                TopicPartition, _producers.Find(view.ProducerId), view, rules.Origin, baseOffset, transactionVersion);
            if (check.Duplicate is { } duplicate) return DuplicateOf(duplicate);
            if (check.Error != ErrorCode.None)
                return LogAppendResult.Failed(check.Error, check.Message!, LogStartOffset);
        }

        RecordBatchView.Stamp(batch, baseOffset, epoch);
        Offset lastOffset = view.LastOffset;
        try
        {
            Append(view, rules.Now);
        }
        catch (DiskException fault)
        {
            return WriteFailed(fault);
        }

        long appendTime = rules.Options.TimestampType == TimestampType.LogAppendTime ? rules.Now : -1;
        return new LogAppendResult(
            ErrorCode.None, null, baseOffset, lastOffset, appendTime, LogStartOffset, [], false);
    }

    private LogAppendResult AppendCopies(ReadOnlySpan<byte> batches, Offset first, Offset next)
    {
        if (OfflineResult() is { } offline) return offline;
        try
        {
            ReadOnlySpan<byte> rest = batches;
            while (RecordBatchView.TryRead(rest, out RecordBatchView batch))
            {
                Append(batch, _environment.Now);
                rest = rest[batch.SizeInBytes..];
            }
        }
        catch (DiskException fault)
        {
            return WriteFailed(fault);
        }

        return new LogAppendResult(ErrorCode.None, null, first, next + -1, -1, LogStartOffset, [], false);
    }

    /// <summary>Writes a batch that has its offsets, and publishes it: the end offset before the bytes, so that a reader
    /// who sees the bytes sees the offset too.</summary>
    private void Append(in RecordBatchView batch, long now)
    {
        int size = batch.SizeInBytes;
        LogSegment segment = SegmentFor(size, batch.MaxTimestamp, batch.LastOffset, now);
        segment.Write(batch.Bytes);
        if (batch.IsControl && _producers.AbortedBy(batch) is { } aborted) segment.Aborted.Append(aborted);
        segment.Note(batch, segment.SizeInBytes, size, _options.IndexIntervalBytes);
        _epochs.Assign(batch.PartitionLeaderEpoch, batch.BaseOffset);
        _producers.Apply(batch);
        Volatile.Write(ref _logEndOffset, batch.NextOffset.Value);
        segment.Publish(segment.SizeInBytes + size);
        RequestFlushIfDue();
    }

    private LogSegment SegmentFor(int bytes, long timestamp, Offset lastOffset, long now)
    {
        LogSegment active = _segments.Active;
        long jitter = JitterOf(active.BaseOffset);
        if (!active.MustRoll(_options, bytes, timestamp, lastOffset, now, jitter)) return active;
        return Roll(now);
    }

    private LogSegment Roll(long now)
    {
        Offset baseOffset = LogEndOffset;
        // In this order a failure at any step leaves the active segment as it was.
        LogSegment segment = CreateSegment(baseOffset, now);
        try
        {
            _snapshots.Write(_directory, _producers);
            _segments.Active.Seal();
        }
        catch (DiskException)
        {
            segment.TryDelete();
            throw;
        }

        _segments.Add(segment);
        Log.SegmentRolled(_environment.Logger, TopicPartition, baseOffset);
        return segment;
    }

    private LogSegment CreateSegment(Offset baseOffset, long now)
    {
        var segment = new LogSegment(_environment.Handles, _directory, baseOffset, _options, now);
        segment.CreateFiles();
        _hasNewNames = true;
        return segment;
    }

    /// <summary>Spreads the rolling of logs without chance: from the partition's name and the segment's number.</summary>
    private long JitterOf(Offset baseOffset)
    {
        long jitter = (long)_options.SegmentJitter.TotalMilliseconds;
        if (jitter <= 0) return 0;
        uint seed = 2166136261;
        foreach (char letter in TopicPartition.Topic) seed = (seed ^ letter) * 16777619;
        seed = (seed ^ (uint)TopicPartition.Partition) * 16777619;
        return ((seed ^ (uint)baseOffset.Value) * 2654435761L & long.MaxValue) % jitter;
    }

    private LogAppendResult? OfflineResult() => State is { IsOnline: false } state
        ? LogAppendResult.Failed(ErrorCode.KafkaStorageError, state.Reason!, LogStartOffset)
        : null;

    private LogAppendResult DuplicateOf(in AppendedBatch batch) => new(
        ErrorCode.None, null, batch.FirstOffset, batch.LastOffset, batch.Timestamp, LogStartOffset, [], true);

    private LogAppendResult TooLarge(int size, LogOptions options) => LogAppendResult.Failed(
        ErrorCode.MessageTooLarge,
        $"Message batch size is {size} bytes in append to partition {TopicPartition} which exceeds the maximum "
        + $"configured size of {options.MaxMessageBytes}.",
        LogStartOffset);

    private LogAppendResult TooLargeForSegment(int size, LogOptions options) => LogAppendResult.Failed(
        ErrorCode.RecordListTooLarge,
        $"Message batch size is {size} bytes in append to partition {TopicPartition}, which exceeds the maximum "
        + $"configured segment size of {options.SegmentBytes}.",
        LogStartOffset);

    private static void StampTimestamp(Span<byte> batch, TimestampType type, long maxTimestamp)
    {
        RecordBatchView.TryRead(batch, out RecordBatchView view);
        if (view.TimestampType == type && view.MaxTimestamp == maxTimestamp) return;
        RecordBatchView.StampTimestamp(batch, type, maxTimestamp);
    }

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Debug, "Rolled {Partition} at {BaseOffset}", EventName = "SegmentRolled")]
        public static partial void SegmentRolled(ILogger logger, TopicPartition partition, Offset baseOffset);

        [LoggerMessage(
            2102, LogLevel.Error, "{Partition} is offline for writes ({Cause}): {Reason}", EventName = "LogOffline")]
        public static partial void WentOffline(
            ILogger logger, TopicPartition partition, OfflineCause cause, string reason);

        [LoggerMessage(
            2103,
            LogLevel.Information,
            "{Partition} takes writes again from {EndOffset}",
            EventName = "LogOnline")]
        public static partial void WentOnline(ILogger logger, TopicPartition partition, Offset endOffset);

        [LoggerMessage(
            2105,
            LogLevel.Error,
            "{Partition}: the records from {FromOffset} to {EndOffset} were not on the disk after a failed sync and are "
                + "gone; none was acknowledged as durable",
            EventName = "UnsyncedTailLost")]
        public static partial void TailLost(
            ILogger logger, TopicPartition partition, Offset fromOffset, Offset endOffset);

        [LoggerMessage(
            2106,
            LogLevel.Critical,
            "{Partition}: the records from {FromOffset} to {EndOffset} were on the disk and are no longer",
            EventName = "DurableTailLost")]
        public static partial void DurableTailLost(
            ILogger logger, TopicPartition partition, Offset fromOffset, Offset endOffset);
    }
}
