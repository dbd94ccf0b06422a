using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Producing.Sending;

/// <summary>Divides a batch that a broker refused as a whole.</summary>
internal static class BatchSplitter
{
    /// <summary>Divides a batch that is too large into two of about the same size; they have the sequences of the whole, so nothing
    /// behind them changes.</summary>
    /// <returns>Two batches, each with at least one record.</returns>
    public static (ProducerBatch First, ProducerBatch Second) Halve(ProducerBatch batch, BatchMemory memory)
    {
        int firstCount = CountOfHalf(batch);
        return Divide(batch, index => index < firstCount, memory);
    }

    /// <summary>Moves the records of a batch, and who waits for them, into two.</summary>
    /// <param name="batch">The whole.</param>
    /// <param name="isChosen">Whether the record at an index is for the first batch; it is for at least one, and not for all.</param>
    /// <param name="memory">Where the memory comes from.</param>
    public static (ProducerBatch Chosen, ProducerBatch Others) Divide(ProducerBatch batch, Func<int, bool> isChosen, BatchMemory memory)
    {
        // The memory may be full, perhaps of this batch alone: the parts may exceed the bound until the whole is gone.
        ProducerBatch? chosen = null;
        ProducerBatch? others = null;
        ReadOnlySpan<PlacedWaiter> waiters = batch.Waiters;
        int index = 0;
        foreach (RecordView record in batch.EnumerateRecords())
        {
            RecordWaiter waiter = default;
            if (!waiters.IsEmpty && waiters[0].Index == index)
            {
                waiter = waiters[0].Waiter;
                waiters = waiters[1..];
            }

            ref ProducerBatch? part = ref isChosen(index) ? ref chosen : ref others;
            part ??= Part(batch, memory.RentBeyondLimit(batch.SizeInBytes), index);
            part.TakeOver(record, batch.TimestampOf(record), waiter);
            index++;
        }

        return (chosen!, others!);
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
            LastFailure = whole.LastFailure,
            IsClosed = true,
            Identity = whole.Identity,
            BaseSequence = Sequence.Add(whole.BaseSequence, from),
        };
}
