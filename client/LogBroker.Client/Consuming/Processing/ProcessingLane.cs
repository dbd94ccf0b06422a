using System.Threading.Channels;

namespace LogBroker.Client.Consuming.Processing;

/// <summary>Records that are worked on one after the other: a bounded queue and the loop that calls the handler.</summary>
/// <remarks>One dispatcher puts in, the lane's own loop takes out.</remarks>
internal sealed class ProcessingLane<TKey, TValue>
{
    private readonly Channel<WorkItem<TKey, TValue>> _queue;
    private readonly Func<ProcessingLane<TKey, TValue>, WorkItem<TKey, TValue>, ValueTask> _work;
    private readonly Action _roomMade;
    private int _isRoomWanted;
    private long _progress;
    private bool _isBusy;

    /// <param name="length">How many records wait at most.</param>
    /// <param name="work">Handles one record, and may take those behind it too; never throws.</param>
    /// <param name="roomMade">Called when there is room after <see cref="TryPut"/> had found none.</param>
    public ProcessingLane(int length, Func<ProcessingLane<TKey, TValue>, WorkItem<TKey, TValue>, ValueTask> work, Action roomMade)
    {
        _queue = Channel.CreateBounded<WorkItem<TKey, TValue>>(
            new BoundedChannelOptions(length) { SingleReader = true, SingleWriter = true });
        _work = work;
        _roomMade = roomMade;
        Running = Task.Run(RunAsync);
    }

    /// <summary>Completes after <see cref="Complete"/>, when the last record was handled.</summary>
    public Task Running { get; }

    /// <summary>Whether nothing is worked on.</summary>
    public bool IsIdle => !Volatile.Read(ref _isBusy);

    /// <summary>Grows when work was done, and when a handler reports progress.</summary>
    public long Progress => Volatile.Read(ref _progress);

    /// <returns>False when there is no room; the dispatcher is told when there is.</returns>
    public bool TryPut(in WorkItem<TKey, TValue> item)
    {
        if (_queue.Writer.TryWrite(item)) return true;
        Volatile.Write(ref _isRoomWanted, 1);
        return _queue.Writer.TryWrite(item); // The loop may have made room before it saw the wish.
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Takes the next record for the work under way, if it is of the same partition.</summary>
    public bool TryTakeLike(in WorkItem<TKey, TValue> item, out WorkItem<TKey, TValue> next) =>
        _queue.Reader.TryPeek(out next) && next.IsLike(item) && TryTake(out next);

    /// <summary>Waits until there is a record.</summary>
    /// <returns>False when none will come any more, or the next is of another partition.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _queue.Reader.TryPeek(out _) ? ValueTask.FromResult(false) : _queue.Reader.WaitToReadAsync(cancellationToken);

    private bool TryTake(out WorkItem<TKey, TValue> item)
    {
        if (!_queue.Reader.TryRead(out item)) return false;
        if (Interlocked.Exchange(ref _isRoomWanted, 0) == 1) _roomMade();
        return true;
    }

    private async Task RunAsync()
    {
        HandlerProgress.Follow(() => Interlocked.Increment(ref _progress));
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (TryTake(out var item))
            {
                Volatile.Write(ref _isBusy, true);
                await _work(this, item).ConfigureAwait(false);
                Interlocked.Increment(ref _progress);
                Volatile.Write(ref _isBusy, false);
            }
        }
    }
}
