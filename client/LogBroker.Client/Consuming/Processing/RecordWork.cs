namespace LogBroker.Client.Consuming.Processing;

/// <summary>Gives records to a handler one by one.</summary>
internal sealed class RecordWork<TKey, TValue>(MeasuredHandler<TKey, TValue> handling) : IProcessingWork<TKey, TValue>
{
    public int QueueLengthOf(ProcessingOptions options) => options.QueueLength;

    public async ValueTask<Exception?> TryAsync(ProcessingLane<TKey, TValue> lane, WorkItem<TKey, TValue> item)
    {
        try
        {
            await handling.RunAsync(item.Record, item.Cancelled).ConfigureAwait(false);
            item.Complete();
            return null;
        }
        catch (Exception failure)
        {
            item.Abandon();
            return item.IsTaken ? null : failure; // Whoever has the partition now handles the record.
        }
    }
}
