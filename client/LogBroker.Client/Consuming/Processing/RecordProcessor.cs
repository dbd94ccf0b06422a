using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Reading;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Consuming.Processing;

/// <summary>One run of handlers over a consumer's records.</summary>
/// <remarks>
/// One dispatcher reads and deals records to lanes: by key, so that a key's records stay in order, or by partition. A partition whose next
/// record finds its lane full waits with its place kept, and the others go on. Each partition's watermark knows what is done; that alone is
/// committed. When a handler throws nothing new is started, those at work are waited for, and the exception is the run's; what is not done
/// is read again by the next run.
/// </remarks>
internal sealed class RecordProcessor<TKey, TValue> : IReading
{
    private readonly ConsumerCore _core;
    private readonly RecordReader<TKey, TValue> _reader;
    private readonly IProcessingWork<TKey, TValue> _work;
    private readonly ProcessingOptions _options;
    private readonly CancellationToken _cancelled;
    private readonly ProcessingLane<TKey, TValue>[] _lanes;
    private readonly List<Feed> _blocked = [];
    private readonly Stack<PartitionCursor> _spareCursors = new();
    private readonly Dictionary<AssignedPartition, CancellationTokenSource> _touched = [];
    private Exception? _failure;

    public RecordProcessor(
        ConsumerCore core,
        RecordReader<TKey, TValue> reader,
        IProcessingWork<TKey, TValue> work,
        ProcessingOptions options,
        CancellationToken cancelled)
    {
        options.Validate();
        _core = core;
        _reader = reader;
        _work = work;
        _options = options;
        _cancelled = cancelled;
        _lanes = new ProcessingLane<TKey, TValue>[options.Parallelism];
    }

    public int TrackCount => _lanes.Length;

    public bool IsIdle(int track) => _lanes[track].IsIdle;

    public long ProgressOf(int track) => _lanes[track].Progress;

    private bool IsEnding => _cancelled.IsCancellationRequested || Volatile.Read(ref _failure) is not null;

    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync()
    {
        for (int lane = 0; lane < _lanes.Length; lane++)
            _lanes[lane] = new ProcessingLane<TKey, TValue>(_work.QueueLengthOf(_options), WorkAsync, _core.Delivery.Wake);
        try
        {
            _core.BeginReading(this);
        }
        catch
        {
            foreach (var lane in _lanes) lane.Complete();
            throw;
        }
        try
        {
            await DispatchAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
        await EndAsync().ConfigureAwait(false);
        _cancelled.ThrowIfCancellationRequested();
        if (_failure is { } cause) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
    }

    private async Task DispatchAsync()
    {
        while (!IsEnding)
        {
            _core.Delivery.ThrowIfFailed();
            bool isAny = TryResume();
            var cursor = _spareCursors.TryPop(out var spare) ? spare : new PartitionCursor(_core.Options.CheckCrcs);
            if (_core.Delivery.TryTake(cursor))
            {
                Deal(new Feed(cursor, TokenOf(cursor.Partition!)));
                continue;
            }
            _spareCursors.Push(cursor);
            if (!isAny) await _core.Delivery.WaitAsync(_cancelled).ConfigureAwait(false);
        }
    }

    /// <summary>What handlers of a partition's records are told to end by.</summary>
    private CancellationToken TokenOf(AssignedPartition partition)
    {
        if (!_touched.TryGetValue(partition, out var ended))
        {
            _touched[partition] = ended = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
            partition.WorkEnded = ended.Cancel;
            if (partition.IsWorkEnded) ended.Cancel();
        }
        return ended.Token;
    }

    /// <summary>Goes on with partitions that waited for a lane.</summary>
    /// <returns>Whether any got on.</returns>
    private bool TryResume()
    {
        bool isAny = false;
        for (int index = _blocked.Count - 1; index >= 0; index--)
        {
            var feed = _blocked[index];
            // Looked at once: what is in a lane already must not be abandoned too.
            bool isCalled = feed.Cursor.IsCalled;
            if (!isCalled && !feed.Lane!.TryPut(feed.Pending)) continue;
            _blocked.RemoveAt(index);
            if (isCalled) Abandon(feed);
            else
            {
                feed.Lane = null;
                Deal(feed);
            }
            isAny = true;
        }
        return isAny;
    }

    /// <summary>Deals a partition's records until they end or a lane is full.</summary>
    private void Deal(Feed feed)
    {
        bool isBlocked = false;
        try
        {
            isBlocked = IsBlockedAfterDealing(feed);
        }
        finally
        {
            if (!isBlocked)
            {
                _core.Delivery.GiveBack(feed.Cursor);
                _spareCursors.Push(feed.Cursor);
            }
        }
    }

    private bool IsBlockedAfterDealing(Feed feed)
    {
        var cursor = feed.Cursor;
        var partition = cursor.Partition!;
        var watermark = _core.Delivery.WatermarkOf(partition);
        while (!IsEnding && cursor.TryNext(out var record))
        {
            var place = cursor.Batch.PlaceOf(record);
            var lane = LaneOf(partition, record);
            var item = new WorkItem<TKey, TValue>(
                _reader.Read(partition.TopicPartition, place, record),
                partition,
                watermark,
                watermark.Start(place.Offset.Value),
                feed.Cancelled);
            if (lane.TryPut(item)) continue;
            feed.Lane = lane;
            feed.Pending = item;
            _blocked.Add(feed);
            return true;
        }
        return false;
    }

    private ProcessingLane<TKey, TValue> LaneOf(AssignedPartition partition, in RecordView record)
    {
        var name = partition.TopicPartition;
        if (_options.Order == ProcessingOrder.ByPartition)
            return _lanes[(uint)(name.Topic.GetHashCode(StringComparison.Ordinal) + name.Partition) % (uint)_lanes.Length];
        var hash = default(HashCode);
        hash.Add(name);
        if (record.IsKeyNull) hash.Add(record.OffsetDelta);
        else hash.AddBytes(record.Key);
        return _lanes[(uint)hash.ToHashCode() % (uint)_lanes.Length];
    }

    private async ValueTask WorkAsync(ProcessingLane<TKey, TValue> lane, WorkItem<TKey, TValue> item)
    {
        if (IsEnding || item.IsStale)
        {
            item.Abandon();
            return;
        }
        if (await _work.TryAsync(lane, item).ConfigureAwait(false) is not { } failure) return;
        Interlocked.CompareExchange(ref _failure, failure, null);
        _core.Delivery.Wake();
    }

    private void Abandon(Feed feed)
    {
        feed.Pending.Abandon();
        _core.Delivery.GiveBack(feed.Cursor);
        _spareCursors.Push(feed.Cursor);
    }

    /// <summary>Waits for handlers at work, commits, and sets the reader back to what is not done.</summary>
    private async Task EndAsync()
    {
        foreach (var feed in _blocked) Abandon(feed);
        foreach (var lane in _lanes) lane.Complete();
        foreach (var lane in _lanes) await lane.Running.ConfigureAwait(false);
        foreach (var cursor in _spareCursors) cursor.Dispose();
        foreach (var (partition, ended) in _touched)
        {
            partition.WorkEnded = null;
            ended.Dispose();
        }
        try
        {
            await _core.RunAsync(() => _core.SettleAsync(_touched.Keys), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is ObjectDisposedException or OperationCanceledException)
        {
            // The consumer was closed, and has committed.
        }
        _core.EndReading(this);
    }

    /// <summary>A partition's place while its records are dealt.</summary>
    private sealed class Feed(PartitionCursor cursor, CancellationToken cancelled)
    {
        public PartitionCursor Cursor { get; } = cursor;

        public CancellationToken Cancelled { get; } = cancelled;

        /// <summary>Where <see cref="Pending"/> waits for room; null when nothing waits.</summary>
        public ProcessingLane<TKey, TValue>? Lane { get; set; }

        public WorkItem<TKey, TValue> Pending { get; set; }
    }
}
