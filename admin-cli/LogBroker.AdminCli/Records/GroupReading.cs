using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Records;

/// <summary>Reads as a member of a group, and commits what was taken: after a while, when nothing more comes, when partitions are given up and
/// at the end. A record that could not be taken is not committed.</summary>
/// <param name="client">Reaches the cluster.</param>
/// <param name="group">The group.</param>
/// <param name="options">How it reads; whether it commits is <see cref="ConsumerOptions.AutoCommit"/>.</param>
/// <param name="time">The clock.</param>
/// <param name="note">Takes what is not data.</param>
/// <remarks>Used once. The consumer's background asks for a commit too, when partitions go to others.</remarks>
internal sealed class GroupReading(LogBrokerClient client, string group, ConsumerOptions options, TimeProvider time, Action<string> note) : IRebalanceListener
{
    private readonly Lock _lock = new();
    private readonly HashSet<TopicPartition> _owned = [];
    private Dictionary<TopicPartition, OffsetAndMetadata> _taken = [];
    private Consumer<byte[], byte[]>? _consumer;
    private long _committedAt = time.GetTimestamp();

    /// <summary>Hands out records until there is enough.</summary>
    /// <param name="topics">Where from.</param>
    /// <param name="take">Gets each record; false ends.</param>
    /// <param name="cancelled">Ends with an <see cref="OperationCanceledException"/>.</param>
    public async Task RunAsync(IEnumerable<string> topics, Func<ConsumedRecord<byte[], byte[]>, bool> take, CancellationToken cancelled)
    {
        await using Consumer<byte[], byte[]> consumer = client.CreateConsumer<byte[], byte[]>(
            group, options with { AutoCommit = false, RebalanceListener = options.AutoCommit ? this : null });
        _consumer = consumer;
        consumer.Subscribe(topics);
        try
        {
            await ReadAsync(consumer, take, cancelled);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What ended the reading tells more than what becomes of the commit.
            await TryCommitAsync(CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException)
        {
            await CommitAsync(CancellationToken.None);
            throw;
        }
        await CommitAsync(CancellationToken.None);
    }

    public ValueTask OnAssignedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        lock (_lock) _owned.UnionWith(partitions);
        return ValueTask.CompletedTask;
    }

    /// <summary>Partitions go to another member, which is to begin behind what was taken here.</summary>
    public async ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        await TryCommitAsync(cancellationToken);
        lock (_lock)
        {
            _owned.ExceptWith(partitions);
            foreach (TopicPartition partition in partitions) _taken.Remove(partition);
        }
    }

    /// <summary>They are another's already.</summary>
    public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _owned.ExceptWith(partitions);
            foreach (TopicPartition partition in partitions) _taken.Remove(partition);
        }
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync(Consumer<byte[], byte[]> consumer, Func<ConsumedRecord<byte[], byte[]>, bool> take, CancellationToken cancelled)
    {
        await using IAsyncEnumerator<ConsumedRecord<byte[], byte[]>> records = consumer.ReadAsync(cancelled).GetAsyncEnumerator(CancellationToken.None);
        while (await NextAsync(records, cancelled))
        {
            bool goesOn = take(records.Current);
            Remember(records.Current);
            if (!goesOn) return;
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ConsumedRecord<byte[], byte[]>> records, CancellationToken cancelled)
    {
        ValueTask<bool> moving = records.MoveNextAsync();
        if (!options.AutoCommit) return await moving;
        if (moving.IsCompleted)
        {
            bool isThere = await moving;
            if (IsDue) await TryCommitAsync(CancellationToken.None);
            return isThere;
        }
        Task<bool> next = moving.AsTask();
        using var came = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        await Task.WhenAny(next, Task.Delay(options.AutoCommitInterval, time, came.Token));
        await came.CancelAsync();
        if (IsDue) await TryCommitAsync(CancellationToken.None);
        return await next;
    }

    private bool IsDue => time.GetElapsedTime(_committedAt) >= options.AutoCommitInterval;

    /// <summary>A record that was taken while its partition went to another member is that one's now: to commit it would set the group back.</summary>
    private void Remember(in ConsumedRecord<byte[], byte[]> record)
    {
        lock (_lock)
            if (_owned.Contains(record.TopicPartition)) _taken[record.TopicPartition] = new OffsetAndMetadata(record.Offset.Next, record.LeaderEpoch.Value < 0 ? null : record.LeaderEpoch);
    }

    /// <summary>A commit that fails keeps nobody from reading on: what it was to commit is committed with the next.</summary>
    private async Task TryCommitAsync(CancellationToken cancelled)
    {
        try
        {
            await CommitAsync(cancelled);
        }
        catch (KafkaException e)
        {
            note($"note: what was read is not committed yet. {e.Message}");
        }
    }

    private async Task CommitAsync(CancellationToken cancelled)
    {
        Dictionary<TopicPartition, OffsetAndMetadata> taken;
        lock (_lock) (taken, _taken) = (_taken, []);
        _committedAt = time.GetTimestamp();
        if (taken.Count == 0) return;
        try
        {
            await _consumer!.CommitAsync(taken, cancelled);
        }
        catch (KafkaException)
        {
            lock (_lock)
                foreach ((TopicPartition partition, OffsetAndMetadata offset) in taken.Where(one => _owned.Contains(one.Key))) _taken.TryAdd(partition, offset);
            throw;
        }
    }
}
