using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Producing.Sending;

/// <summary>Divides a batch that a broker found too large into two of about the same size; they have the sequences of the whole, so
/// nothing behind them changes.</summary>
internal static class BatchSplitter
{
    /// <returns>Two batches, each with at least one record.</returns>
    public static IReadOnlyList<ProducerBatch> Split(ProducerBatch batch, BatchMemory memory)
    {
        // The memory may be full, perhaps of this batch alone: the parts may exceed the bound until the whole is gone.
        byte[] firstBuffer = memory.RentBeyondLimit(batch.SizeInBytes);
        byte[] secondBuffer = memory.RentBeyondLimit(batch.SizeInBytes);
        int firstCount = CountOfHalf(batch);
        var first = Part(batch, firstBuffer, 0);
        var second = Part(batch, secondBuffer, firstCount);
        foreach (RecordView record in batch.EnumerateRecords())
            (first.RecordCount < firstCount ? first : second).Append(record, batch.TimestampOf(record));
        first.TakeWaiters(batch, 0, firstCount);
        second.TakeWaiters(batch, firstCount, batch.RecordCount);
        return [first, second];
    }

    private static int CountOfHalf(ProducerBatch batch)
    {
        int bytes = 0;
        int count = 0;
        foreach (RecordView record in batch.EnumerateRecords())
        {
            bytes += record.Key.Length + record.Value.Length + record.EncodedHeaders.Length;
            if (bytes > batch.SizeInBytes / 2 || count == batch.RecordCount - 1) break;
            count++;
        }

        return Math.Max(1, count);
    }

    private static ProducerBatch Part(ProducerBatch whole, byte[] buffer, int from) =>
        new(whole.Queue, buffer, whole.FirstRecord + from, whole.CreatedAt)
        {
            Round = whole.Round,
            Failures = whole.Failures,
            IsClosed = true,
            Identity = whole.Identity,
            BaseSequence = Sequence.Add(whole.BaseSequence, from),
        };
}
