using System.Threading.Channels;

namespace LogBroker.Client.Consuming.Processing;

/// <summary>Records that are worked on one after the other: a bounded queue and the loop that calls the handler.</summary>
/// <remarks>One dispatcher puts in, the lane's own loop takes out.</remarks>
internal sealed class ProcessingLane<TKey, TValue>
{
    private readonly Channel<WorkItem<TKey, TValue>> _queue;
    private readonly Func<WorkItem<TKey, TValue>, ValueTask> _work;
    private readonly Action _roomMade;
    private int _isRoomWanted;
    private long _progress;
    private bool _isBusy;

    /// <param name="length">How many records wait at most.</param>
    /// <param name="work">Handles one record; never throws.</param>
    /// <param name="roomMade">Called when there is room after <see cref="TryPut"/> had found none.</param>
    public ProcessingLane(int length, Func<WorkItem<TKey, TValue>, ValueTask> work, Action roomMade)
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

    /// <summary>Grows with each record that was worked on, and when a handler reports progress.</summary>
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

    private async Task RunAsync()
    {
        HandlerProgress.Follow(() => Interlocked.Increment(ref _progress));
        var reader = _queue.Reader;
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (reader.TryRead(out var item))
            {
                if (Interlocked.Exchange(ref _isRoomWanted, 0) == 1) _roomMade();
                Volatile.Write(ref _isBusy, true);
                await _work(item).ConfigureAwait(false);
                Interlocked.Increment(ref _progress);
                Volatile.Write(ref _isBusy, false);
            }
        }
    }
}
