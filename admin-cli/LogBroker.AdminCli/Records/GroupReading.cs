using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Records;

/// <summary>Reads as a member of a group, and commits where it stands: after each while, when partitions are given up and at the end. That is
/// behind what was taken, and behind what is no record: markers of transactions, what is compacted away. A record that could not be taken is
/// not committed.</summary>
/// <param name="client">Reaches the cluster.</param>
/// <param name="group">The group.</param>
/// <param name="options">How it reads; whether it commits is <see cref="ConsumerOptions.AutoCommit"/>.</param>
/// <param name="time">The clock.</param>
/// <param name="note">Takes what is not data.</param>
/// <remarks>Used once. The consumer's background asks for a commit too, when partitions go to others: nobody reads those then.</remarks>
internal sealed class GroupReading(LogBrokerClient client, string group, ConsumerOptions options, TimeProvider time, Action<string> note) : IRebalanceListener
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TopicPartition, OffsetAndMetadata> _committed = [];
    private Consumer<byte[], byte[]>? _consumer;

    /// <summary>A record that is being taken: the consumer stands behind it already.</summary>
    private KeyValuePair<TopicPartition, OffsetAndMetadata>? _inHand;

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
            while (!await ReadForAWhileAsync(consumer, take, cancelled)) await TryCommitAsync(null, CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What ended the reading tells more than what becomes of the commit.
            await TryCommitAsync(null, CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException)
        {
            await CommitAsync(null, CancellationToken.None);
            throw;
        }
        await CommitAsync(null, CancellationToken.None);
    }

    public ValueTask OnAssignedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Partitions go to another member, which is to begin behind what was taken here.</summary>
    public async ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        await TryCommitAsync(partitions, cancellationToken);
        Forget(partitions);
    }

    /// <summary>They are another's already.</summary>
    public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        Forget(partitions);
        return ValueTask.CompletedTask;
    }

    private void Forget(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_lock)
            foreach (TopicPartition partition in partitions) _committed.Remove(partition);
    }

    /// <summary>Reads until it is time to commit: then reading is interrupted between two records, and the consumer stands where it stands.</summary>
    /// <returns>Whether there is enough.</returns>
    private async Task<bool> ReadForAWhileAsync(Consumer<byte[], byte[]> consumer, Func<ConsumedRecord<byte[], byte[]>, bool> take, CancellationToken cancelled)
    {
        using var over = new CancellationTokenSource(options.AutoCommit ? options.AutoCommitInterval : Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, over.Token);
        try
        {
            await foreach (ConsumedRecord<byte[], byte[]> record in consumer.ReadAsync(either.Token))
            {
                lock (_lock) _inHand = new(record.TopicPartition, new OffsetAndMetadata(record.Offset));
                bool goesOn = take(record);
                lock (_lock) _inHand = null;
                if (!goesOn) return true;
            }
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            // It is time to commit.
        }
        return false;
    }

    /// <summary>A commit that fails keeps nobody from reading on: what it was to commit is committed with the next.</summary>
    private async Task TryCommitAsync(IReadOnlyCollection<TopicPartition>? only, CancellationToken cancelled)
    {
        try
        {
            await CommitAsync(only, cancelled);
        }
        catch (KafkaException e)
        {
            note($"note: what was read is not committed yet. {e.Message}");
        }
    }

    /// <summary>Commits where it stands, in partitions that nobody reads just now.</summary>
    /// <param name="only">Those; null for all.</param>
    /// <param name="cancelled">Gives up.</param>
    private async Task CommitAsync(IReadOnlyCollection<TopicPartition>? only, CancellationToken cancelled)
    {
        if (!options.AutoCommit) return;
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata>(_consumer!.PositionsToCommit.Where(one => only is null || only.Contains(one.Key)));
        lock (_lock)
        {
            if (_inHand is { } record && offsets.ContainsKey(record.Key)) offsets[record.Key] = record.Value;
            foreach ((TopicPartition partition, OffsetAndMetadata offset) in _committed)
                if (offsets.TryGetValue(partition, out OffsetAndMetadata now) && now.Offset == offset.Offset) offsets.Remove(partition);
        }
        if (offsets.Count == 0) return;
        await _consumer.CommitAsync(offsets, cancelled);
        lock (_lock)
            foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets) _committed[partition] = offset;
    }
}
