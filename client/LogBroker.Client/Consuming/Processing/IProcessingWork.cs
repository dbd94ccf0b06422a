namespace LogBroker.Client.Consuming.Processing;

/// <summary>What is done with records on a lane: one by one, or in batches.</summary>
internal interface IProcessingWork<TKey, TValue>
{
    /// <summary>How many records a lane holds ready.</summary>
    int QueueLengthOf(ProcessingOptions options);

    /// <summary>Works on a record, and on as many behind it as it takes off the lane; completes or abandons each.</summary>
    /// <returns>What ends the run; null to go on. Never throws.</returns>
    ValueTask<Exception?> TryAsync(ProcessingLane<TKey, TValue> lane, WorkItem<TKey, TValue> item);
}
