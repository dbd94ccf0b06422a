using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;

namespace LogBroker.Storage.Producers;

/// <summary>Apache Kafka's checks of a producer's batches and markers against what the log knows of it.</summary>
internal static class ProducerRules
{
    /// <summary>From this version on a marker carries a higher epoch than its transaction (KIP-890).</summary>
    private const short EpochBumpingVersion = 2;

    /// <summary>Checks a batch with a producer id that a leader is to append at <paramref name="offset"/>.</summary>
    public static ProducerCheck Check(
        TopicPartition partition,
        ProducerState? known,
        in RecordBatchView batch,
        AppendOrigin origin,
        Offset offset,
        short transactionVersion)
    {
        if (batch.IsControl)
            return CheckMarker(partition, known, batch, offset, transactionVersion);
        if (origin == AppendOrigin.Client && known is not null)
        {
            int lastSequence = Sequences.Increment(batch.BaseSequence, batch.LastOffsetDelta);
            if (known.Find(batch.ProducerEpoch, batch.BaseSequence, lastSequence) is { } duplicate)
                return new ProducerCheck(ErrorCode.None, null, duplicate);
        }

        if (known is null) return ProducerCheck.Passed;
        if (batch.ProducerEpoch < known.Epoch)
            return StaleEpoch(partition, known, batch.ProducerEpoch, offset, "<", -1);
        if (origin == AppendOrigin.Client && CheckSequence(partition, known, batch, offset) is { } message)
            return ProducerCheck.Failed(ErrorCode.OutOfOrderSequenceNumber, message);
        if (known.TransactionStart is not null && !batch.IsTransactional)
        {
            return ProducerCheck.Failed(
                ErrorCode.InvalidTxnState,
                $"Expected transactional write from producer {known.ProducerId} at offset {offset} in partition "
                + $"{partition}");
        }

        return ProducerCheck.Passed;
    }

    private static string? CheckSequence(
        TopicPartition partition, ProducerState known, in RecordBatchView batch, Offset offset)
    {
        if (batch.ProducerEpoch != known.Epoch)
        {
            return batch.BaseSequence == 0
                ? null
                : $"Invalid sequence number for new epoch of producer {known.ProducerId} at offset {offset} in "
                    + $"partition {partition}: {batch.ProducerEpoch} (request epoch), {batch.BaseSequence} (seq. "
                    + $"number), {known.Epoch} (current producer epoch)";
        }

        return Sequences.Follows(known.LastSequence, batch.BaseSequence)
            ? null
            : $"Out of order sequence number for producer {known.ProducerId} at offset {offset} in partition "
                + $"{partition}: {batch.BaseSequence} (incoming seq. number), {known.LastSequence} (current end "
                + "sequence number)";
    }

    private static ProducerCheck CheckMarker(
        TopicPartition partition, ProducerState? known, in RecordBatchView batch, Offset offset, short transactionVersion)
    {
        if (known is null || ReadMarker(batch) is not { } marker) return ProducerCheck.Passed;
        short epoch = batch.ProducerEpoch;
        bool isBumped = transactionVersion >= EpochBumpingVersion;
        // The same marker again, after its transaction ended, is a coordinator repeating itself.
        bool isRepeated = isBumped && epoch == known.Epoch && known.TransactionStart is null;
        if ((isBumped ? epoch <= known.Epoch : epoch < known.Epoch) && !isRepeated)
            return StaleEpoch(partition, known, epoch, offset, isBumped ? "<=" : "<", transactionVersion);
        return marker.CoordinatorEpoch >= known.CoordinatorEpoch
            ? ProducerCheck.Passed
            : ProducerCheck.Failed(
                ErrorCode.TransactionCoordinatorFenced,
                $"Invalid coordinator epoch for producerId {known.ProducerId} at offset {offset} in partition "
                + $"{partition}: {marker.CoordinatorEpoch} (zombie), {known.CoordinatorEpoch} (current)");
    }

    /// <summary>The marker in a control batch; null for other control records, and for a batch that was emptied by
    /// compaction.</summary>
    /// <exception cref="InvalidRecordException">The batch's record is no control record.</exception>
    public static EndTransactionMarker? ReadMarker(in RecordBatchView batch)
    {
        foreach (RecordView record in batch.EnumerateRecords())
            return EndTransactionMarker.TryRead(record, out EndTransactionMarker marker) ? marker : null;
        return null;
    }

    private static ProducerCheck StaleEpoch(
        TopicPartition partition, ProducerState known, short epoch, Offset offset, string comparison, short version) =>
        ProducerCheck.Failed(
            ErrorCode.InvalidProducerEpoch,
            $"Epoch of producer {known.ProducerId} at offset {offset} in {partition} is {epoch}, which is "
            + $"{comparison} the last seen epoch {known.Epoch} (TV{version})");
}
