using LogBroker.Client.Connections;
using LogBroker.Client.Consuming;
using LogBroker.Client.Consuming.Membership;
using LogBroker.Client.Consuming.Offsets;
using LogBroker.Client.Consuming.Processing;
using LogBroker.Client.Consuming.Reading;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>Reads records: alone, or sharing topics with the other members of a group.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
/// <remarks>
/// Say what to read (<see cref="Subscribe"/>, <see cref="SubscribePattern"/> or <see cref="Assign(TopicPartition[])"/>), then read with one of
/// <see cref="ReadAsync"/>, <see cref="ReadBatchesAsync"/> and <see cref="ProcessAsync"/>, one at a time. A subscribed consumer joins its group
/// when it is read for the first time. Fetching, heartbeats and commits go on in the background. All other members may be called by any
/// thread, also while somebody reads. Disposing commits what is done (unless told not to), leaves the group and ends reading.
/// </remarks>
public sealed class Consumer<TKey, TValue> : IAsyncDisposable
{
    private readonly ConsumerCore _core;
    private readonly RecordReader<TKey, TValue> _reader;

    internal Consumer(
        Cluster cluster, string? groupId, ConsumerOptions options, IDeserializer<TKey>? key, IDeserializer<TValue>? value)
    {
        _reader = new RecordReader<TKey, TValue>(key ?? Deserializers.For<TKey>(), value ?? Deserializers.For<TValue>());
        _core = new ConsumerCore(cluster, groupId, options);
    }

    /// <summary>The partitions it has now.</summary>
    public IReadOnlyCollection<TopicPartition> Assignment => [.. _core.Table.Current.Keys];

    /// <summary>Who it is in its group just now, for offsets that are committed with a transaction
    /// (<see cref="TransactionalProducer{TKey, TValue}.SendOffsetsAsync"/>).</summary>
    /// <exception cref="InvalidOperationException">The consumer has no group.</exception>
    public ConsumerGroupMetadata GroupMetadata
    {
        get
        {
            string group = _core.Context.RequireGroup();
            return _core.Identity is { } member
                ? new ConsumerGroupMetadata(group, member.Generation, member.MemberId, member.InstanceId)
                : new ConsumerGroupMetadata(group);
        }
    }

    /// <summary>What <see cref="CommitAsync(CancellationToken)"/> would commit now: for each partition read from, the offset behind the last record
    /// handed out.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> PositionsToCommit => _core.CollectPositions().ToDictionary();

    internal ConsumerCore Core => _core;

    /// <summary>Reads topics together with the group, in place of what was read before.</summary>
    /// <param name="topics">Their names.</param>
    /// <exception cref="InvalidOperationException">The consumer has no group.</exception>
    public void Subscribe(params IEnumerable<string> topics)
    {
        var subscription = Subscription.To(topics);
        if (subscription.Topics.Length == 0) throw new ArgumentException("Name at least one topic.", nameof(topics));
        _core.Subscribe(subscription);
    }

    /// <summary>Reads all topics whose names match, those to come too, together with the group. Brokers match them under KIP-848, else the
    /// consumer does.</summary>
    /// <param name="pattern">A regular expression (RE2) for the whole name.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <exception cref="InvalidOperationException">The consumer has no group.</exception>
    public void SubscribePattern(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        _core.Subscribe(Subscription.Matching(pattern));
    }

    /// <summary>Reads these partitions, whatever others read, in place of what was read before. With a group, it starts at what the group has
    /// committed and may commit.</summary>
    /// <param name="partitions">The partitions.</param>
    public void Assign(params TopicPartition[] partitions)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        _core.Assign([.. partitions.Distinct()]);
    }

    /// <summary>Reads nothing any more and leaves the group.</summary>
    public void Unsubscribe() => _core.Subscribe(Subscription.None);

    /// <summary>Reads record by record, for <c>await foreach</c>. A record is done when the next one is asked for; leaving the loop leaves the
    /// last one not done.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SerializationException">A record cannot be deserialized; seek behind it to go on.</exception>
    /// <exception cref="CorruptRecordException">What the broker has is damaged; seek behind it to go on.</exception>
    /// <exception cref="OffsetOutOfRangeException">A position is not in the log, and <see cref="ConsumerOptions.OffsetReset"/> is None; a
    /// <see cref="LogTruncationException"/> when the log was cut off before it.</exception>
    /// <exception cref="KafkaException">Something trying again does not help against; a later enumeration goes on where it was.</exception>
    public IAsyncEnumerable<ConsumedRecord<TKey, TValue>> ReadAsync(CancellationToken cancellationToken = default) =>
        new Stream<ConsumedRecord<TKey, TValue>>(
            cancelled => new RecordStream<TKey, TValue>(_core, _reader, cancelled), cancellationToken);

    /// <summary>Reads batch by batch, for <c>await foreach</c>, without copying or allocating for records. A batch is done when the next one is
    /// asked for, and gone then.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="KafkaException">Something trying again does not help against; a later enumeration goes on where it was.</exception>
    public IAsyncEnumerable<ConsumedBatch<TKey, TValue>> ReadBatchesAsync(CancellationToken cancellationToken = default) =>
        new Stream<ConsumedBatch<TKey, TValue>>(
            cancelled => new BatchStream<TKey, TValue>(_core, _reader, cancelled), cancellationToken);

    /// <summary>Has a handler work on records, several at a time, until cancelled. Order is kept as the options say; only what is done, without a
    /// gap before it, is committed.</summary>
    /// <param name="handler">Works on one record. What it throws ends the run, after the others at work have ended; the next run starts with
    /// what is not done. Its token is cancelled when the run ends, and when the record's partition goes to another member: after
    /// <see cref="ConsumerOptions.HandlerGracePeriod"/> when it is given up, at once when it is lost. What it throws then counts for nothing,
    /// since the other member gets the record.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the run with an <see cref="OperationCanceledException"/> when the handlers at work have ended.</param>
    /// <exception cref="KafkaException">As with <see cref="ReadAsync"/>, after the handlers at work have ended.</exception>
    public Task ProcessAsync(
        Func<ConsumedRecord<TKey, TValue>, CancellationToken, ValueTask> handler,
        ProcessingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var work = new RecordWork<TKey, TValue>(new MeasuredHandler<TKey, TValue>(_core.Context, handler));
        return new RecordProcessor<TKey, TValue>(_core, _reader, work, options ?? new ProcessingOptions(), cancellationToken).RunAsync();
    }

    /// <summary>Has a handler work on batches of records, several batches at a time, until cancelled: for what is cheaper done together, as rows
    /// written with one command. A batch has records of one partition in their order, up to <see cref="ProcessingOptions.BatchRecordsMax"/>; what
    /// it does is done for all of them or none. For the rest as <see cref="ProcessAsync"/>.</summary>
    /// <param name="handler">Works on one batch, whose records it may keep.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the run with an <see cref="OperationCanceledException"/> when the handlers at work have ended.</param>
    /// <inheritdoc cref="ProcessAsync"/>
    public Task ProcessBatchesAsync(
        Func<IReadOnlyList<ConsumedRecord<TKey, TValue>>, CancellationToken, ValueTask> handler,
        ProcessingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        options ??= new ProcessingOptions { Order = ProcessingOrder.ByPartition };
        var work = new BatchWork<TKey, TValue>(_core.Context, handler, options);
        return new RecordProcessor<TKey, TValue>(_core, _reader, work, options, cancellationToken).RunAsync();
    }

    /// <summary>Commits everything handed out, the current record too; with <see cref="ProcessAsync"/> what is done.</summary>
    /// <exception cref="CommitFailedException">The consumer is not the owner of its partitions any more.</exception>
    /// <exception cref="KafkaException">The coordinator refused it, or did not answer.</exception>
    public Task CommitAsync(CancellationToken cancellationToken = default) => _core.CommitAsync(null, cancellationToken);

    /// <summary>Commits a record, and so all before it in its partition.</summary>
    /// <inheritdoc cref="CommitAsync(CancellationToken)"/>
    public Task CommitAsync(in ConsumedRecord<TKey, TValue> record, CancellationToken cancellationToken = default) => _core.CommitAsync(
        [new(record.TopicPartition, new OffsetAndMetadata(record.Offset.Next, record.LeaderEpoch.Value < 0 ? null : record.LeaderEpoch))],
        cancellationToken);

    /// <summary>Commits these offsets: each that of the next record to read.</summary>
    /// <inheritdoc cref="CommitAsync(CancellationToken)"/>
    public Task CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        return _core.CommitAsync(offsets, cancellationToken);
    }

    /// <summary>What the group has committed; partitions without an offset are missing.</summary>
    /// <exception cref="KafkaException">The coordinator refused it, or did not answer.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> CommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken = default) =>
        await _core.CommittedAsync(partitions, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads on at an offset.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public Task SeekAsync(TopicPartition partition, Offset offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset.Value);
        return _core.RunAsync(
            () =>
            {
                var sought = _core.Table.Get(partition);
                sought.CommittedOffset = -1; // What is done from there on is to be committed, though more was.
                _core.Positions.Set(sought, offset.Value, LeaderEpoch.None);
                _core.Positions.Ask();
                return Task.CompletedTask;
            },
            cancellationToken);
    }

    /// <summary>Reads on at the first record not older than a time; at the end when there is none.</summary>
    /// <inheritdoc cref="SeekAsync(TopicPartition, Offset, CancellationToken)"/>
    public Task SeekAsync(
        IReadOnlyCollection<TopicPartition> partitions, DateTimeOffset time, CancellationToken cancellationToken = default) =>
        SeekToAsync(partitions, time.ToUnixTimeMilliseconds(), cancellationToken);

    /// <summary>Reads on at the first record there is.</summary>
    /// <inheritdoc cref="SeekAsync(TopicPartition, Offset, CancellationToken)"/>
    public Task SeekToBeginningAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken = default) =>
        SeekToAsync(partitions, PositionReset.Earliest, cancellationToken);

    /// <summary>Reads on at the next record that is written.</summary>
    /// <inheritdoc cref="SeekAsync(TopicPartition, Offset, CancellationToken)"/>
    public Task SeekToEndAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken = default) =>
        SeekToAsync(partitions, PositionReset.Latest, cancellationToken);

    /// <summary>Hands out nothing of these partitions until <see cref="Resume"/>; what was fetched of them is kept while there is
    /// room.</summary>
    /// <exception cref="InvalidOperationException">One is not assigned.</exception>
    public void Pause(params IEnumerable<TopicPartition> partitions) => SetPaused(partitions, true);

    /// <summary>Goes on with paused partitions.</summary>
    /// <exception cref="InvalidOperationException">One is not assigned.</exception>
    public void Resume(params IEnumerable<TopicPartition> partitions) => SetPaused(partitions, false);

    /// <summary>The offset behind the last record handed out; null when it is not known yet.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public Offset? Position(TopicPartition partition)
    {
        long position = _core.Delivery.PlaceOf(_core.Table.Get(partition)).Position;
        return position < 0 ? null : new Offset(position);
    }

    /// <summary>How many offsets there are from the position to the end of the log, as the last fetch told; null when it is not known
    /// yet.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public long? Lag(TopicPartition partition)
    {
        var assigned = _core.Table.Get(partition);
        long position = _core.Delivery.PlaceOf(assigned).Position;
        return position < 0 || assigned.EndOffset < 0 ? null : Math.Max(assigned.EndOffset - position, 0);
    }

    /// <summary>The offset of the first record of each partition not older than a time; those without one are missing.</summary>
    /// <exception cref="KafkaException">A leader refused it, or did not answer.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, Offset>> OffsetsForTimeAsync(
        IReadOnlyCollection<TopicPartition> partitions, DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        var found = await _core.Lookup.FindAsync(
            partitions.ToDictionary(partition => partition, _ => time.ToUnixTimeMilliseconds()), cancellationToken).ConfigureAwait(false);
        return found.Where(one => one.Value.Offset >= 0).ToDictionary(one => one.Key, one => new Offset(one.Value.Offset));
    }

    /// <summary>Commits what is done, leaves the group and ends reading, within <see cref="ConsumerOptions.CloseTimeout"/>.</summary>
    public ValueTask DisposeAsync() => _core.DisposeAsync();

    private Task SeekToAsync(IReadOnlyCollection<TopicPartition> partitions, long timestamp, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        return _core.RunAsync(() => _core.SeekToAsync(partitions, timestamp), cancellationToken);
    }

    private void SetPaused(IEnumerable<TopicPartition> partitions, bool isPaused)
    {
        foreach (var partition in partitions) _core.SetPaused(_core.Table.Get(partition), isPaused);
    }

    /// <summary>An enumeration that starts when it is asked for, with either token.</summary>
    private sealed class Stream<T>(Func<CancellationToken, IAsyncEnumerator<T>> start, CancellationToken given) : IAsyncEnumerable<T>
    {
        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            if (!given.CanBeCanceled) return start(cancellationToken);
            return cancellationToken.CanBeCanceled ? StartWithBothAsync(cancellationToken) : start(given);
        }

        private async IAsyncEnumerator<T> StartWithBothAsync(CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(given, cancellationToken);
            var items = start(either.Token);
            await using (items.ConfigureAwait(false))
            {
                while (await items.MoveNextAsync().ConfigureAwait(false)) yield return items.Current;
            }
        }
    }
}
