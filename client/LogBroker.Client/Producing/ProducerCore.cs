using System.Collections.Concurrent;
using LogBroker.Client.Metadata;
using LogBroker.Client.Producing.Batches;
using LogBroker.Client.Producing.Partitioning;
using LogBroker.Client.Producing.Sending;
using LogBroker.Client.Retry;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Producing;

/// <summary>A producer but for types and serializers: takes encoded records in, and sees to it that they are sent and time out.</summary>
/// <remarks>Thread-safe. A record that was accepted is told exactly one outcome; disposing waits for that up to a bound and fails what
/// is left.</remarks>
internal sealed partial class ProducerCore : IAsyncDisposable
{
    private static readonly TimeSpan UpkeepPeriodMax = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan UpkeepPeriodMin = TimeSpan.FromMilliseconds(20);

    /// <summary>What is on its way comes back at once when its connection is closed; this is for a machine that is overloaded.</summary>
    private static readonly TimeSpan ComingBackMax = TimeSpan.FromSeconds(10);

    private readonly ProducerContext _context;
    private readonly Senders _senders;
    private readonly IPartitioner _partitioner;
    private readonly ConcurrentDictionary<string, TopicQueues> _topics = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopped = new();
    private readonly ITimer _upkeep;
    private readonly Task _following;
    private TopicQueues? _lastTopic;
    private Exception? _ended;

    public ProducerCore(ProducerContext context)
    {
        _context = context;
        _senders = new Senders(context);
        _partitioner = context.Options.Partitioner ?? new DefaultPartitioner(context.Options.IgnoreKeys);
        TimeSpan period = context.Options.DeliveryTimeout / 20;
        if (period > UpkeepPeriodMax) period = UpkeepPeriodMax;
        if (period < UpkeepPeriodMin) period = UpkeepPeriodMin;
        _upkeep = context.Time.CreateTimer(_ => KeepUp(), null, period, period);
        _following = Task.Run(FollowMetadataAsync);
    }

    public PendingDeliveries PendingDeliveries { get; } = new();

    public EncodedRecords Records { get; } = new();

    public TimeProvider Time => _context.Time;

    /// <summary>A topic that was used before.</summary>
    public TopicQueues? FindTopic(string name)
    {
        TopicQueues? last = _lastTopic; // most producers write to one topic at a time
        if (last is not null && ReferenceEquals(last.Name, name)) return last;
        if (!_topics.TryGetValue(name, out TopicQueues? topic)) return null;
        if (last is null) _lastTopic = topic;
        return topic;
    }

    /// <summary>A topic, asking for it if need be for as long as <c>max.block.ms</c>.</summary>
    /// <exception cref="KafkaException">It cannot be used, or nobody answers.</exception>
    public async ValueTask<TopicQueues> OpenTopicAsync(string name, CancellationToken cancellationToken)
    {
        if (EndedWith() is { } ended) throw ended;
        Task<TopicSnapshot> asking = _context.Cluster.Metadata.TopicAsync(name, mayCreate: true, cancellationToken).AsTask();
        asking.IgnoreFailure();
        try
        {
            TopicSnapshot snapshot = await asking.WaitAsync(_context.Options.MaxBlock, Time, cancellationToken).ConfigureAwait(false);
            TopicQueues topic = _topics.GetOrAdd(name, NewTopic);
            Resize(topic, snapshot.Partitions.Length);
            return topic;
        }
        catch (TimeoutException)
        {
            throw new RequestTimedOutException(
                $"Topic {name} was not known within {_context.Options.MaxBlock.TotalSeconds:0.###} s (max.block.ms): " +
                "is a broker running at the bootstrap servers?");
        }
    }

    /// <summary>Adds a record; waits for memory if there is none.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="record">The record; given back to <see cref="Records"/> when this completes.</param>
    /// <param name="partition">The partition it asks for, if it does.</param>
    /// <param name="waiter">Who wants to know what becomes of it; nobody is told when this fails.</param>
    /// <param name="cancellationToken">Gives up the wait for memory.</param>
    public ValueTask AppendAsync(
        TopicQueues topic, EncodedRecord record, int? partition, RecordWaiter waiter, CancellationToken cancellationToken)
    {
        if (_ended is not null || cancellationToken.IsCancellationRequested || !IsSizeAllowed(record))
            return Refuse(topic, record, cancellationToken);

        if (!_context.Memory.IsContended && topic.Choose(record, partition) is { } queue)
        {
            int bytes = record.ContentBytes;
            AppendOutcome outcome = queue.TryAppend(record, waiter);
            if (outcome == AppendOutcome.Closed) return Refuse(topic, record, cancellationToken);
            if (outcome != AppendOutcome.NoMemory)
            {
                Records.Return(record);
                Follow(outcome, topic, queue, bytes);
                return ValueTask.CompletedTask;
            }
        }

        return AppendLaterAsync(topic, record, partition, waiter, cancellationToken);
    }

    /// <summary>Sends what was accepted before without delay and waits until it has its outcome.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _context.Rounds.FlushAsync(_senders.WakeAll, cancellationToken);

    /// <summary>The same for the records of a transaction that takes none in any more: all that were accepted for it.</summary>
    public Task FlushTransactionAsync(CancellationToken cancellationToken)
    {
        foreach (PartitionQueue queue in AllQueues()) queue.AwaitAppends();
        return FlushAsync(cancellationToken);
    }

    /// <summary>Makes senders look again: the transaction, or the producer's id, has changed.</summary>
    public void WakeSenders() => _senders.WakeAll();

    /// <summary>Ends the producer for good: everything queued and everything later fails.</summary>
    public void EndWith(KafkaException failure)
    {
        Interlocked.CompareExchange(ref _ended, failure, null);
        foreach (PartitionQueue queue in AllQueues()) queue.Close();
        FailQueued(failure);
    }

    /// <summary>Fails what waits to be sent.</summary>
    public void FailQueued(KafkaException failure)
    {
        foreach (PartitionQueue queue in AllQueues())
        {
            foreach (ProducerBatch batch in queue.TakeQueued(long.MaxValue)) _senders.Answers.FailQueued(batch, failure);
        }
    }

    /// <summary>Fails what waits to be sent, and what comes back to be sent again, until nothing is on its way.</summary>
    public async Task DrainAsync(KafkaException failure, CancellationToken cancellationToken)
    {
        FailQueued(failure);
        Task rest = FlushAsync(cancellationToken);
        while (!rest.IsCompleted)
        {
            FailQueued(failure);
            await Task.WhenAny(rest, Task.Delay(UpkeepPeriodMin, Time, CancellationToken.None)).ConfigureAwait(false);
        }

        await rest.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_context.IsClosing) return;
        _context.IsClosing = true;
        Interlocked.CompareExchange(ref _ended, new ObjectDisposedException("Producer"), null);
        foreach (PartitionQueue queue in AllQueues()) queue.Close();
        using (var bound = new CancellationTokenSource(_context.Options.CloseTimeout, Time))
        {
            await FlushAsync(bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _stopped.CancelAsync().ConfigureAwait(false);
        await _upkeep.DisposeAsync().ConfigureAwait(false);
        await _senders.DisposeAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        var closed = new KafkaException(
            ErrorCode.RequestTimedOut,
            $"The producer was closed, and the record was not delivered within {_context.Options.CloseTimeout.TotalSeconds:0.###} s (CloseTimeout).");
        // What was on its way comes back by its connection's end.
        using var patience = new CancellationTokenSource(ComingBackMax, Time);
        await DrainAsync(closed, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
    }

    /// <summary>What calls fail with once the producer has ended.</summary>
    private Exception? EndedWith() => _ended switch
    {
        null => null,
        KafkaException failure => new FatalProducerException(failure.ErrorCode, failure.Message, failure),
        _ => new ObjectDisposedException("Producer"),
    };

    private bool IsSizeAllowed(EncodedRecord record)
    {
        int bytes = ProducerBatch.SizeBoundOf(record);
        return bytes <= _context.Options.RequestSizeBytesMax && _context.Memory.CanEverHold(bytes);
    }

    private ValueTask Refuse(TopicQueues topic, EncodedRecord record, CancellationToken cancellationToken)
    {
        int bytes = record.ContentBytes;
        int transaction = record.Transaction;
        Records.Return(record);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        if (EndedWith() is { } ended) return ValueTask.FromException(ended);
        if (IsOfEndedTransaction(transaction)) return ValueTask.FromException(_context.Transaction!.RefusalOf(transaction));
        string bound = bytes > _context.Options.RequestSizeBytesMax - ProducerBatch.OverheadBytesMax
            ? $"RequestSizeBytesMax is {_context.Options.RequestSizeBytesMax} (max.request.size)"
            : $"BufferMemoryBytes is {_context.Options.BufferMemoryBytes} (buffer.memory)";
        return ValueTask.FromException(new RecordTooLargeException(
            new TopicPartition(topic.Name, -1), $"A record of {bytes} bytes cannot be written to {topic.Name}: {bound}."));
    }

    private bool IsOfEndedTransaction(int number) => _context.Transaction is { } transaction && transaction.OpenNumber != number;

    private void Follow(AppendOutcome outcome, TopicQueues topic, PartitionQueue queue, int bytes)
    {
        topic.CountBytes(queue, bytes);
        if (outcome == AppendOutcome.MustList) _senders.Add(queue);
        else if (outcome == AppendOutcome.MustWake) queue.Sender?.Wake();
    }

    /// <summary>Waits in line for memory: nobody passes by, so records stay in the order of the calls.</summary>
    private async ValueTask AppendLaterAsync(
        TopicQueues topic, EncodedRecord record, int? partition, RecordWaiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            PartitionQueue queue = topic.Choose(record, partition)
                ?? await FindPartitionAsync(topic, record, partition, cancellationToken).ConfigureAwait(false);
            ValueTask<byte[]?> renting =
                _context.Memory.RentAsync(queue.FirstBufferFor(record), _context.Options.MaxBlock, cancellationToken);
            if (!renting.IsCompleted)
            {
                ProducerMetrics.WaitedForMemory();
                _senders.WakeAll(); // nothing lingers while somebody waits for memory
            }

            byte[] buffer = await renting.ConfigureAwait(false)
                ?? throw new BufferFullException(
                    queue.TopicPartition,
                    $"No memory came free within {_context.Options.MaxBlock.TotalSeconds:0.###} s (max.block.ms): " +
                    $"{_context.Memory.UsedBytes} of {_context.Memory.LimitBytes} bytes (buffer.memory) hold records that are not " +
                    "delivered yet. Brokers take records more slowly than they are produced.");
            AppendOutcome outcome;
            try
            {
                outcome = queue.TryAppend(record, waiter, buffer);
            }
            finally
            {
                _context.Memory.EndTurn();
            }

            if (outcome == AppendOutcome.Closed) throw EndedWith() ?? _context.Transaction!.RefusalOf(record.Transaction);
            Follow(outcome, topic, queue, record.ContentBytes);
        }
        finally
        {
            Records.Return(record);
        }
    }

    /// <summary>A topic may have got the partition since it was looked at.</summary>
    private async ValueTask<PartitionQueue> FindPartitionAsync(
        TopicQueues topic, EncodedRecord record, int? partition, CancellationToken cancellationToken)
    {
        ClusterSnapshot snapshot = await _context.Cluster.Metadata.RefreshAsync(cancellationToken).ConfigureAwait(false);
        Resize(topic, snapshot.FindTopic(topic.Name)?.Partitions.Length ?? 0);
        return topic.Choose(record, partition) ?? throw new ProduceException(
            new TopicPartition(topic.Name, partition ?? -1),
            ErrorCode.UnknownTopicOrPartition,
            $"Topic {topic.Name} has {topic.Count} partitions; there is no partition {partition?.ToString() ?? "of the partitioner's choice"}.");
    }

    private void Resize(TopicQueues topic, int count)
    {
        topic.Resize(count);
        // Who ends the producer sets that first and closes the queues there are then; those that came too late are closed here.
        Interlocked.MemoryBarrier();
        if (_ended is null) return;
        foreach (PartitionQueue queue in topic.Queues) queue.Close();
    }

    private TopicQueues NewTopic(string name) => new(
        name,
        _partitioner,
        new StickyPartition(_context.Batches.BatchSizeBytes, _context.Options.AdaptivePartitioning, Random.Shared),
        partition => new PartitionQueue(partition, _context.Batches, _context.Memory, _context.Rounds, _context.Transaction),
        partition => _context.Cluster.Metadata.Current.FindPartition(partition) is { HasLeader: true });

    private IEnumerable<PartitionQueue> AllQueues() => _topics.Values.SelectMany(topic => topic.Queues);

    /// <summary>What is due from time to time: batches expire, missing leaders are asked for, topics in use are kept known.</summary>
    private void KeepUp()
    {
        try
        {
            ExpireAndAsk();
        }
        catch (Exception failure)
        {
            // A timer's callback that throws would end the process; the next one tries again.
            Log.UpkeepFailed(_context.Logger, failure);
        }
    }

    private void ExpireAndAsk()
    {
        long createdBefore = Time.GetTimestamp() - _context.DeliveryTimeoutTicks;
        foreach (TopicQueues topic in _topics.Values)
        {
            if (topic.TakeIsUsed()) _context.Cluster.Metadata.Interests.Touch(topic.Name, mayCreate: false);
            foreach (PartitionQueue queue in topic.Queues)
            {
                foreach (ProducerBatch batch in queue.TakeQueued(createdBefore))
                    _senders.Answers.FailQueued(batch, _senders.Answers.Expired(batch));
            }
        }

        _senders.AskForLeaders();
    }

    private async Task FollowMetadataAsync()
    {
        ClusterSnapshot seen = _context.Cluster.Metadata.Current;
        try
        {
            while (true)
            {
                await _context.Cluster.Metadata.WhenChangedAsync(seen, _stopped.Token).ConfigureAwait(false);
                seen = _context.Cluster.Metadata.Current;
                foreach (TopicQueues topic in _topics.Values) Resize(topic, seen.FindTopic(topic.Name)?.Partitions.Length ?? 0);
                _senders.FollowMetadata();
            }
        }
        catch (OperationCanceledException)
        {
            // The producer is closed.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5103, LogLevel.Error, "A producer's upkeep failed unexpectedly", EventName = "ProducerUpkeepFailed")]
        public static partial void UpkeepFailed(ILogger logger, Exception failure);
    }
}
