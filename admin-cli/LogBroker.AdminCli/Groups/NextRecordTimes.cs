using LogBroker.AdminCli.Records;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Groups;

/// <summary>When the records were written that a group reads next: one small fetch for each partition.</summary>
internal static class NextRecordTimes
{
    private static readonly ConsumerOptions OneRecordEach = new()
    {
        AutoCommit = false,
        IsolationLevel = IsolationLevel.ReadUncommitted,
        OffsetReset = OffsetReset.Earliest,
        FetchMaxBytes = 64 * 1024,
        MaxPartitionFetchBytes = 1024,
    };

    /// <returns>Nothing for partitions that do not answer in time; null where no record comes any more, but markers of transactions.</returns>
    public static async Task<IReadOnlyDictionary<TopicPartition, DateTimeOffset?>> OfAsync(
        LogBrokerClient client, IReadOnlyList<PartitionLag> behind, TimeProvider time, TimeSpan limit, CancellationToken cancelled)
    {
        var times = new Dictionary<TopicPartition, DateTimeOffset?>();
        if (behind.Count == 0) return times;
        using var patience = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, patience.Token);
        await using Consumer<Null, Null> consumer = client.CreateConsumer(null, OneRecordEach, Deserializers.Ignore, Deserializers.Ignore);
        var reading = new PartitionReading<Null, Null>(consumer, behind.ToDictionary(lag => lag.Partition, lag => (lag.Committed!.Value, lag.End)), limit * 2);
        try
        {
            await reading.RunBatchesAsync(
                batch =>
                {
                    TopicPartition partition = batch.TopicPartition;
                    foreach (ConsumedRecordView record in batch.Records)
                    {
                        times.TryAdd(partition, record.Timestamp);
                        reading.Leave(partition);
                        break;
                    }
                    return true;
                },
                either.Token);
            foreach (PartitionLag lag in behind) times.TryAdd(lag.Partition, null);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            // Those that did not answer have no time.
        }
        return times;
    }
}
