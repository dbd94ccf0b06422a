using LogBroker.Client.Consuming.Partitions;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Consuming.Reading;

/// <summary>Reads record by record. Within what was fetched a step is synchronous and allocates nothing but what the deserializers
/// make.</summary>
/// <remarks>One user, one thread at a time, as with every enumerator.</remarks>
internal sealed class RecordStream<TKey, TValue> : IAsyncEnumerator<ConsumedRecord<TKey, TValue>>, IReading
{
    private readonly ConsumerCore _core;
    private readonly RecordReader<TKey, TValue> _reader;
    private readonly CancellationToken _cancelled;
    private readonly PartitionCursor _cursor;
    private ConsumedRecord<TKey, TValue> _current;
    private bool _isStarted;
    private bool _isWaiting;

    public RecordStream(ConsumerCore core, RecordReader<TKey, TValue> reader, CancellationToken cancelled)
    {
        _core = core;
        _reader = reader;
        _cancelled = cancelled;
        _cursor = new PartitionCursor(core.Options.CheckCrcs);
    }

    public ConsumedRecord<TKey, TValue> Current => _current;

    public int TrackCount => 1;

    public bool IsIdle(int track) => Volatile.Read(ref _isWaiting);

    public long ProgressOf(int track) => _cursor.Position + _core.Delivery.Taken;

    public ValueTask<bool> MoveNextAsync()
    {
        if (!_cancelled.IsCancellationRequested && _cursor.TryNext(out var record))
        {
            Take(record);
            return new ValueTask<bool>(true);
        }
        return MoveOnAsync();
    }

    public ValueTask DisposeAsync()
    {
        if (_cursor.Chunk is not null) _core.Delivery.GiveBack(_cursor);
        _cursor.Dispose();
        if (_isStarted) _core.EndReading(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Goes to the next chunk, synchronously when there is one.</summary>
    private ValueTask<bool> MoveOnAsync()
    {
        if (!_isStarted)
        {
            _core.BeginReading(this);
            _isStarted = true;
        }
        return TryMoveOn() ? new ValueTask<bool>(true) : WaitAsync();
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
            if (_cursor.Chunk is not null)
            {
                _cursor.MarkDone();
                _core.Delivery.GiveBack(_cursor);
            }
            _core.Delivery.ThrowIfFailed();
            if (!_core.Delivery.TryTake(_cursor)) return false;
            if (_cursor.TryNext(out var record))
            {
                Take(record);
                return true;
            }
        }
    }

    private void Take(in RecordView record)
    {
        var place = _cursor.Batch.PlaceOf(record);
        try
        {
            _current = _reader.Read(_cursor.Partition!.TopicPartition, place, record);
        }
        catch (SerializationException)
        {
            _cursor.StepBackTo(place.Offset.Value);
            throw;
        }
    }
}
