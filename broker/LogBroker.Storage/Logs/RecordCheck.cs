using System.Collections.Immutable;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Logs;

/// <summary>Checks the records of one batch, one after the other.</summary>
internal struct RecordCheck
{
    private const long NoTimestamp = -1;
    private const int ShownErrorsMax = 3;

    private readonly ValidationRules _rules;
    private readonly long? _brokerTime;
    private readonly long _baseTimestamp;
    private ImmutableArray<RecordError>.Builder? _errors;
    private bool _hasTimestampError;

    public RecordCheck(in RecordBatchView batch, in ValidationRules rules)
    {
        _rules = rules;
        _brokerTime = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : null;
        _baseTimestamp = batch.BaseTimestamp;
        MaxTimestamp = NoTimestamp;
        HasConsecutiveOffsets = true;
    }

    /// <summary>The latest timestamp of the records; -1 when none has one.</summary>
    public long MaxTimestamp { get; private set; }

    /// <summary>Whether the records count up from the base offset one by one.</summary>
    public bool HasConsecutiveOffsets { get; private set; }

    /// <summary>Why the batch is refused; null when it is not.</summary>
    public readonly BatchValidation? Failure
    {
        get
        {
            if (_errors is null) return null;
            ImmutableArray<RecordError> errors = _errors.ToImmutable();
            if (_hasTimestampError)
            {
                return new BatchValidation(
                    ErrorCode.InvalidTimestamp,
                    "One or more records have been rejected due to invalid timestamp",
                    errors, 0, NoTimestamp, false);
            }

            string shown = string.Join(", ", errors.Take(ShownErrorsMax).Select(TextOf));
            return new BatchValidation(
                ErrorCode.InvalidRecord,
                $"One or more records have been rejected due to {errors.Length} record errors in total, and only "
                + $"showing the first three errors at most: [{shown}]",
                errors, 0, NoTimestamp, false);
        }
    }

    /// <summary>Checks all the records of a batch that is not compressed.</summary>
    /// <exception cref="InvalidRecordException">The bytes are not as many records as the batch declares.</exception>
    public void Run(ReadOnlySpan<byte> records, int recordCount)
    {
        int index = 0;
        foreach (RecordView record in new RecordEnumerator(records, recordCount))
        {
            Check(index, record.TimestampDelta, record.OffsetDelta, record.IsKeyNull);
            index++;
        }
    }

    /// <summary>Checks the next record.</summary>
    public void Check(int index, long timestampDelta, int offsetDelta, bool isKeyNull)
    {
        long timestamp = _brokerTime ?? _baseTimestamp + timestampDelta;
        if (isKeyNull && _rules.Options.IsCompacted)
        {
            Add(index, "Compacted topic cannot accept message without key in topic partition "
                + _rules.Partition.ToString());
        }
        else
        {
            CheckTimestamp(index, timestamp, offsetDelta);
        }

        if (offsetDelta != index) HasConsecutiveOffsets = false;
        if (timestamp > MaxTimestamp) MaxTimestamp = timestamp;
    }

    private void CheckTimestamp(int index, long timestamp, int offset)
    {
        LogOptions options = _rules.Options;
        if (options.TimestampType == TimestampType.CreateTime && timestamp != NoTimestamp)
        {
            long age = unchecked(_rules.Now - timestamp);
            if (age <= options.TimestampBeforeMaxMilliseconds && -age <= options.TimestampAfterMaxMilliseconds) return;
            long from = unchecked(_rules.Now - options.TimestampBeforeMaxMilliseconds);
            long to = unchecked(_rules.Now + options.TimestampAfterMaxMilliseconds);
            _hasTimestampError = true;
            Add(index, $"Timestamp {timestamp} of message with offset {offset} is out of range. The timestamp should be "
                + $"within [{from}, {to}]");
        }
        else if (_brokerTime is not null)
        {
            _hasTimestampError = true;
            Add(index, $"Invalid timestamp type in message {index}. Producer should not set timestamp type to "
                + "LogAppendTime.");
        }
    }

    private void Add(int index, string message) =>
        (_errors ??= ImmutableArray.CreateBuilder<RecordError>()).Add(new RecordError(index, message));

    private static string TextOf(RecordError error) =>
        $"RecordError(batchIndex={error.BatchIndex}, message='{error.Message}')";
}
