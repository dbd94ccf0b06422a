using LogBroker.Client.Consuming.Partitions;

namespace LogBroker.Client.Consuming.Reading;

/// <summary>Reads batch by batch; one batch object serves the whole enumeration.</summary>
/// <remarks>One user, one thread at a time, as with every enumerator.</remarks>
internal sealed class BatchStream<TKey, TValue> : IAsyncEnumerator<ConsumedBatch<TKey, TValue>>, IReading
{
    private readonly ConsumerCore _core;
    private readonly CancellationToken _cancelled;
    private readonly PartitionCursor _cursor;
    private bool _isStarted;
    private bool _isWaiting;

    public BatchStream(ConsumerCore core, RecordReader<TKey, TValue> reader, CancellationToken cancelled)
    {
        _core = core;
        _cancelled = cancelled;
        _cursor = new PartitionCursor(core.Options.CheckCrcs);
        Current = new ConsumedBatch<TKey, TValue>(_cursor, reader);
    }

    public ConsumedBatch<TKey, TValue> Current { get; }

    public int TrackCount => 1;

    public bool IsIdle(int track) => Volatile.Read(ref _isWaiting);

    public long ProgressOf(int track) => _cursor.Position + _core.Delivery.Taken;

    public ValueTask<bool> MoveNextAsync()
    {
        if (!_isStarted)
        {
            _core.BeginReading(this);
            _isStarted = true;
        }
        return TryMoveOn() ? new ValueTask<bool>(true) : WaitAsync();
    }

    public ValueTask DisposeAsync()
    {
        if (_cursor.Chunk is not null) _core.Delivery.GiveBack(_cursor);
        _cursor.Dispose();
        if (_isStarted) _core.EndReading(this);
        return ValueTask.CompletedTask;
    }

    private async ValueTask<bool> WaitAsync()
    {
        Volatile.Write(ref _isWaiting, true);
        try
        {
            do
            {
                await _core.Delivery.WaitAsync(_cancelled).ConfigureAwait(false);
            }
            while (!TryMoveOn());
            return true;
        }
        finally
        {
            Volatile.Write(ref _isWaiting, false);
        }
    }

    private bool TryMoveOn()
    {
        while (true)
        {
            _cancelled.ThrowIfCancellationRequested();
            if (_cursor.TryTakeBatch()) return true;
            if (_cursor.Chunk is not null)
            {
                _cursor.MarkDone();
                _core.Delivery.GiveBack(_cursor);
            }
            _core.Delivery.ThrowIfFailed();
            if (!_core.Delivery.TryTake(_cursor)) return false;
        }
    }
}
