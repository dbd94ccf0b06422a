using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>What the header of a batch says, and where it lies.</summary>
/// <param name="Position">Its first byte in the segment.</param>
/// <param name="SizeInBytes">Header and records.</param>
/// <param name="BaseOffset">The first record's offset.</param>
/// <param name="LastOffset">The last record's offset, also of records compaction has removed.</param>
/// <param name="RecordCount">How many records it has.</param>
/// <param name="LeaderEpoch">The epoch it was appended in.</param>
/// <param name="MaxTimestamp">Milliseconds since the Unix epoch.</param>
/// <param name="Compression">How its records are compressed.</param>
/// <param name="ProducerId">Of an idempotent producer, else -1.</param>
/// <param name="ProducerEpoch">Of an idempotent producer, else -1.</param>
/// <param name="BaseSequence">Of an idempotent producer, else -1.</param>
/// <param name="IsTransactional">It belongs to a transaction.</param>
/// <param name="IsControl">It holds a marker, no data.</param>
/// <param name="IsAbort">That marker aborts a transaction.</param>
internal sealed record BatchSummary(
    long Position,
    int SizeInBytes,
    long BaseOffset,
    long LastOffset,
    int RecordCount,
    int LeaderEpoch,
    long MaxTimestamp,
    CompressionType Compression,
    long ProducerId,
    short ProducerEpoch,
    int BaseSequence,
    bool IsTransactional,
    bool IsControl,
    bool IsAbort)
{
    public static BatchSummary Of(RecordBatchView batch, long position) => new(
        position,
        batch.SizeInBytes,
        batch.BaseOffset.Value,
        batch.LastOffset.Value,
        batch.RecordCount,
        batch.PartitionLeaderEpoch.Value,
        batch.MaxTimestamp,
        batch.Compression,
        batch.ProducerId,
        batch.ProducerEpoch,
        batch.BaseSequence,
        batch.IsTransactional,
        batch.IsControl,
        batch.IsControl && batch.IsTransactional && Aborts(batch));

    private static bool Aborts(RecordBatchView batch)
    {
        try
        {
            foreach (RecordView record in batch.EnumerateRecords()) return ControlRecord.ReadKey(record.Key).Type == ControlRecordType.Abort;
            return false;
        }
        catch (InvalidRecordException)
        {
            return false;
        }
    }
}
