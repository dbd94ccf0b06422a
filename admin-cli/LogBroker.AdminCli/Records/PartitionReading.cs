using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Records;

/// <summary>Reads partitions from one place to another, without a group.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
/// <param name="consumer">Has no group.</param>
/// <param name="ends">Where each partition's reading starts and ends; null ends never.</param>
/// <param name="patience">How long nothing may come before it is given up to reach the ends.</param>
/// <remarks>Used once.</remarks>
internal sealed class PartitionReading<TKey, TValue>(
    Consumer<TKey, TValue> consumer, IReadOnlyDictionary<TopicPartition, (long From, long? To)> ends, TimeSpan patience)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Those that are not at their ends.</summary>
    private readonly HashSet<TopicPartition> _open = [.. ends.Where(end => end.Value.To is not { } to || end.Value.From < to).Select(end => end.Key)];

    /// <summary>Hands out records until the ends are reached.</summary>
    /// <param name="take">Gets each record; false ends.</param>
    /// <param name="cancelled">Ends with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CommandException">An end is not reached: no record came for too long.</exception>
    public Task RunAsync(Func<ConsumedRecord<TKey, TValue>, bool> take, CancellationToken cancelled) =>
        RunAsync(consumer.ReadAsync, record => (record.TopicPartition, record.Offset.Value, record.Offset.Value + 1), take, cancelled);

    /// <summary>Hands out batches until the ends are reached; the last of a partition may have records behind the end.</summary>
    /// <param name="take">Gets each batch; false ends.</param>
    /// <param name="cancelled">Ends with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CommandException">An end is not reached: no batch came for too long.</exception>
    public Task RunBatchesAsync(Func<ConsumedBatch<TKey, TValue>, bool> take, CancellationToken cancelled) =>
        RunAsync(consumer.ReadBatchesAsync, batch => (batch.TopicPartition, batch.FirstOffset.Value, batch.NextOffset.Value), take, cancelled);

    /// <summary>Reads no more of a partition; called while a record or a batch is taken.</summary>
    public void Leave(TopicPartition partition)
    {
        if (_open.Remove(partition)) consumer.Pause(partition);
    }

    private async Task RunAsync<TItem>(
        Func<CancellationToken, IAsyncEnumerable<TItem>> read,
        Func<TItem, (TopicPartition Partition, long First, long Next)> placeOf,
        Func<TItem, bool> take,
        CancellationToken cancelled)
    {
        if (_open.Count == 0) return;
        consumer.Assign([.. _open]);
        foreach (TopicPartition partition in _open) await consumer.SeekAsync(partition, new Offset(ends[partition].From), cancelled);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        await using IAsyncEnumerator<TItem> items = read(ended.Token).GetAsyncEnumerator(CancellationToken.None);
        while (await NextAsync(items, ended, cancelled))
        {
            (TopicPartition partition, long first, long next) = placeOf(items.Current);
            long? to = ends[partition].To;
            if ((to is null || first < to) && !take(items.Current)) return;
            if (next >= to) Leave(partition);
            if (_open.Count == 0) return;
        }
    }

    /// <summary>Waits for a record. The last offsets of a partition may be no records but markers of transactions, or compacted away: then the
    /// position tells that the end is reached.</summary>
    private async ValueTask<bool> NextAsync<TItem>(
        IAsyncEnumerator<TItem> items, CancellationTokenSource ended, CancellationToken cancelled)
    {
        ValueTask<bool> moving = items.MoveNextAsync();
        if (moving.IsCompleted) return await moving;
        Task<bool> next = moving.AsTask();
        TimeSpan waited = TimeSpan.Zero;
        while (await Task.WhenAny(next, Task.Delay(Look, cancelled)) != next && !cancelled.IsCancellationRequested)
        {
            if (next.IsCompleted) break;
            foreach (TopicPartition partition in _open.Where(IsAtEnd).ToArray()) Leave(partition);
            waited += Look;
            bool isLate = waited > patience && ends.Values.Any(end => end.To is not null);
            if (_open.Count > 0 && !isLate) continue;
            await ended.CancelAsync();
            await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            // The last record may have come in that moment: its position is known before it is handed over.
            if (next.IsCompletedSuccessfully && await next) return true;
            if (_open.Count == 0) return false;
            throw new CommandException($"No record came for {patience.TotalSeconds} s, and {_open.First()} is not read to its end.", "./logbroker cluster health");
        }
        return await next;
    }

    private bool IsAtEnd(TopicPartition partition) => ends[partition].To is { } to && consumer.Position(partition) is { } position && position.Value >= to;
}
