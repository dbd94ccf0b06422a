using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Groups;

/// <summary>When the records were written that a group reads next: one small fetch for each partition.</summary>
internal static class NextRecordTimes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly ConsumerOptions OneRecordEach = new()
    {
        AutoCommit = false,
        IsolationLevel = IsolationLevel.ReadUncommitted,
        OffsetReset = OffsetReset.Earliest,
        FetchMaxBytes = 64 * 1024,
        MaxPartitionFetchBytes = 1024,
    };

    /// <returns>Nothing for partitions that do not answer in time.</returns>
    public static async Task<IReadOnlyDictionary<TopicPartition, DateTimeOffset>> OfAsync(
        LogBrokerClient client, IReadOnlyList<PartitionLag> behind, TimeProvider time, CancellationToken cancelled)
    {
        var times = new Dictionary<TopicPartition, DateTimeOffset>();
        if (behind.Count == 0) return times;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, patience.Token);
        await using Consumer<Null, Null> consumer = client.CreateConsumer(null, OneRecordEach, Deserializers.Ignore, Deserializers.Ignore);
        try
        {
            consumer.Assign([.. behind.Select(lag => lag.Partition)]);
            foreach (PartitionLag lag in behind) await consumer.SeekAsync(lag.Partition, new Offset(lag.Committed!.Value), either.Token);
            await foreach (ConsumedBatch<Null, Null> batch in consumer.ReadBatchesAsync(either.Token))
            {
                TopicPartition partition = batch.TopicPartition;
                foreach (ConsumedRecordView record in batch.Records)
                {
                    times.TryAdd(partition, record.Timestamp);
                    break;
                }
                if (times.ContainsKey(partition)) consumer.Pause(partition);
                if (times.Count == behind.Count) break;
            }
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            // Those that did not answer have no time.
        }
        return times;
    }
}
