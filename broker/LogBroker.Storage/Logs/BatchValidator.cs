using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Logs;

/// <summary>Checks a batch that a leader is to append, in Apache Kafka's order and words.</summary>
/// <remarks>Stateless; runs before the log's lock is taken. An uncompressed batch that passes costs no allocation: one walk
/// for the checksum, one over the records. A compressed one is taken at its header's word, as long as the header tells what
/// the topic wants to know; else it is decompressed piece by piece, and nothing of it kept.</remarks>
internal static class BatchValidator
{
    /// <summary>Checks the first batch of <paramref name="records"/>, which must be the only one.</summary>
    public static BatchValidation Validate(ReadOnlySpan<byte> records, in ValidationRules rules)
    {
        if (!RecordBatchView.TryReadHeader(records, out RecordBatchView header, out int size))
        {
            return records.Length < RecordBatchView.HeaderSizeInBytes
                ? BatchValidation.Failed(ErrorCode.InvalidRecord, "Record batch has no batches at all")
                : Corrupt(rules, "Cannot append record batch with illegal length");
        }

        if (header.Magic != RecordBatchView.CurrentMagic)
            return Invalid($"Batch magic {header.Magic} is not served in topic partition {rules.Partition}");
        if (size > records.Length)
            return BatchValidation.Failed(ErrorCode.InvalidRecord, "Record batch has no batches at all");
        if (rules.Origin == AppendOrigin.Client && header.BaseOffset != Offset.Zero)
        {
            return Invalid(
                $"The baseOffset of the record batch in the append to {rules.Partition} should be 0, but it is "
                + $"{header.BaseOffset}");
        }

        if (size > rules.Options.MaxMessageBytes && rules.Origin == AppendOrigin.Client)
        {
            return BatchValidation.Failed(
                ErrorCode.MessageTooLarge,
                $"The record batch size in the append to {rules.Partition} is {size} bytes which exceeds the maximum "
                + $"configured value of {rules.Options.MaxMessageBytes}).");
        }

        RecordBatchView.TryRead(records, out RecordBatchView batch);
        if (!batch.IsCrcValid)
        {
            return BatchValidation.Failed(
                ErrorCode.CorruptMessage,
                $"Record is corrupt (stored crc = {batch.Crc}) in topic partition {rules.Partition}.");
        }

        if (RecordBatchView.TryReadHeader(records[size..], out _, out int nextSize)
            && nextSize <= records.Length - size)
            return Invalid("Compressed outer record has more than one batch");
        if (batch.Compression > CompressionType.Zstd)
            return Invalid($"Unknown compression type id: {(int)batch.Compression}");
        return CheckHeader(batch, rules) is { } message ? Invalid(message) : CheckRecords(batch, rules);
    }

    private static string? CheckHeader(in RecordBatchView batch, in ValidationRules rules)
    {
        if (rules.Origin != AppendOrigin.Client) return null;
        long count = batch.LastOffsetDelta + 1L;
        if (count <= 0)
        {
            return $"Batch has an invalid offset range: [{batch.BaseOffset}, {batch.LastOffset}] in topic partition "
                + $"{rules.Partition}";
        }

        if (batch.RecordCount <= 0)
        {
            return $"Invalid reported count for record batch: {batch.RecordCount} in topic partition "
                + $"{rules.Partition}";
        }

        if (batch.RecordCount != count)
        {
            return $"Inconsistent batch offset range [{batch.BaseOffset}, {batch.LastOffset}] and count of records "
                + $"{batch.RecordCount} in topic partition {rules.Partition}";
        }

        if (batch.IsControl)
            return $"Clients are not allowed to write control records in topic partition {rules.Partition}";
        if (batch.ProducerId >= 0 && batch.BaseSequence < 0)
        {
            return $"Invalid sequence number {batch.BaseSequence} in record batch with producerId {batch.ProducerId} in "
                + $"topic partition {rules.Partition}";
        }

        return null;
    }

    private static BatchValidation CheckRecords(in RecordBatchView batch, in ValidationRules rules)
    {
        bool keepsCodec = rules.Options.Compression is null || rules.Options.Compression == batch.Compression
            || (batch.IsControl && batch.Compression == CompressionType.None);
        if (keepsCodec && IsHeaderEnough(batch, rules))
            return BatchValidation.Passed(batch.SizeInBytes, MaxTimestamp(rules, batch.MaxTimestamp), needsRebuild: false);
        var check = new RecordCheck(batch, rules);
        try
        {
            if (batch.Compression == CompressionType.None)
                check.Run(batch.Payload, batch.RecordCount);
            else
                check = RunDecompressed(batch, rules, check);
        }
        catch (InvalidRecordException fault)
        {
            return Invalid(fault.Message);
        }
        catch (CorruptCompressionException fault)
        {
            // The checksum was right, so the producer made it so: sending it again, as CORRUPT_MESSAGE asks for, is in vain.
            return Invalid(fault.Message);
        }
        catch (DecompressedTooLargeException fault)
        {
            return BatchValidation.Failed(ErrorCode.MessageTooLarge, fault.Message);
        }

        if (check.Failure is { } failure) return failure;
        bool needsRebuild = !keepsCodec || !check.HasConsecutiveOffsets;
        return BatchValidation.Passed(batch.SizeInBytes, MaxTimestamp(rules, check.MaxTimestamp), needsRebuild);
    }

    /// <summary>Whether a batch may be stored without a look at its records: it is compressed, so that the look is dear, and
    /// the topic wants nothing of the records but timestamps that the header bounds.</summary>
    private static bool IsHeaderEnough(in RecordBatchView batch, in ValidationRules rules)
    {
        LogOptions options = rules.Options;
        if (rules.ChecksCompressedRecords || batch.Compression == CompressionType.None || options.IsCompacted) return false;
        if (batch.TimestampType != TimestampType.CreateTime) return false;
        return options.TimestampType == TimestampType.LogAppendTime
            || (options.TimestampBeforeMaxMilliseconds == long.MaxValue
                && batch.MaxTimestamp >= batch.BaseTimestamp
                && batch.MaxTimestamp - rules.Now <= options.TimestampAfterMaxMilliseconds);
    }

    private static long MaxTimestamp(in ValidationRules rules, long ofRecords) =>
        rules.Options.TimestampType == TimestampType.LogAppendTime ? rules.Now : ofRecords;

    private static RecordCheck RunDecompressed(in RecordBatchView batch, in ValidationRules rules, RecordCheck check)
    {
        using var records = new CompressedRecordCheck(check, batch.RecordCount);
        CompressionCodecs.Get(batch.Compression).Decompress(batch.Payload, records, rules.DecompressedBytesMax);
        return records.Finish();
    }

    private static BatchValidation Invalid(string message) =>
        BatchValidation.Failed(ErrorCode.InvalidRecord, message);

    private static BatchValidation Corrupt(in ValidationRules rules, string message) =>
        BatchValidation.Failed(ErrorCode.CorruptMessage, $"{message} to log for {rules.Partition}.");
}
