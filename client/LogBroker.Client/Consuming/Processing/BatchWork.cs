using LogBroker.Client.Consuming.Runtime;

namespace LogBroker.Client.Consuming.Processing;

/// <summary>Gives records of one partition to a handler together: as many as are there, up to a bound, after a short wait for more.</summary>
internal sealed class BatchWork<TKey, TValue>(
    ConsumerContext context,
    Func<IReadOnlyList<ConsumedRecord<TKey, TValue>>, CancellationToken, ValueTask> handler,
    ProcessingOptions options) : IProcessingWork<TKey, TValue>
{
    public int QueueLengthOf(ProcessingOptions processing) => Math.Max(processing.QueueLength, processing.BatchRecordsMax);

    public async ValueTask<Exception?> TryAsync(ProcessingLane<TKey, TValue> lane, WorkItem<TKey, TValue> item)
    {
        var items = new List<WorkItem<TKey, TValue>> { item };
        await CollectAsync(lane, items).ConfigureAwait(false);
        if (item.IsStale || item.Cancelled.IsCancellationRequested)
        {
            foreach (var one in items) one.Abandon();
            return null;
        }
        long started = context.Time.GetTimestamp();
        Exception? failure = null;
        try
        {
            await handler([.. items.Select(one => one.Record)], item.Cancelled).ConfigureAwait(false);
            foreach (var one in items) one.Complete();
        }
        catch (Exception thrown)
        {
            failure = thrown;
            foreach (var one in items) one.Abandon();
        }
        ConsumerMetrics.Processed(item.Record.Topic, context.GroupId, context.Time.GetElapsedTime(started), failure);
        return item.IsTaken ? null : failure; // Whoever has the partition now handles the records.
    }

    private async ValueTask CollectAsync(ProcessingLane<TKey, TValue> lane, List<WorkItem<TKey, TValue>> items)
    {
        TakeAll(lane, items);
        if (items.Count == options.BatchRecordsMax || options.BatchWait == TimeSpan.Zero) return;
        using var over = new CancellationTokenSource(options.BatchWait, context.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(over.Token, items[0].Cancelled);
        try
        {
            while (items.Count < options.BatchRecordsMax && await lane.WaitAsync(ended.Token).ConfigureAwait(false)) TakeAll(lane, items);
        }
        catch (OperationCanceledException)
        {
            // No more came in time.
        }
    }

    private void TakeAll(ProcessingLane<TKey, TValue> lane, List<WorkItem<TKey, TValue>> items)
    {
        while (items.Count < options.BatchRecordsMax && lane.TryTakeLike(items[0], out var next)) items.Add(next);
    }
}
