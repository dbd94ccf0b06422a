using LogBroker.Client.Consuming.Fetching;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Consuming.Partitions;

/// <summary>A reader's place in a chunk.</summary>
/// <remarks>One thread reads; others may look at <see cref="Position"/> and <see cref="Done"/>, which only grow while the cursor holds a
/// chunk. Opened and given back under <see cref="Delivery"/>'s lock, used without one.</remarks>
internal sealed class PartitionCursor(bool checksCrcs) : IDisposable
{
    private FetchedChunk? _chunk;
    private AssignedPartition? _partition;
    private int _call;
    private int _at;
    private int _left;
    private long _position;
    private long _done;

    /// <summary>The current batch.</summary>
    public BatchWalker Batch { get; } = new(checksCrcs);

    /// <summary>What it stands in; null when it holds nothing.</summary>
    public FetchedChunk? Chunk => _chunk;

    public AssignedPartition? Partition => _partition;

    /// <summary>The offset behind the last record handed out.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>The offset behind the last record whose successor was asked for.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>The epoch of the last record handed out.</summary>
    public LeaderEpoch Epoch { get; private set; } = LeaderEpoch.None;

    /// <summary>Whether all of the chunk was read.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether it came to something that cannot be read: what was fetched is of no use from <see cref="Position"/> on.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Whether the delivery wants it back: the partition was revoked, paused or sought elsewhere.</summary>
    public bool IsCalled => _partition is { } partition && partition.Call != _call;

    public void Open(FetchedChunk chunk, long position)
    {
        _chunk = chunk;
        _partition = chunk.Partition;
        _call = chunk.Partition.Call;
        _position = position;
        _done = position;
        _at = 0;
        _left = 0;
        IsFinished = false;
        IsDamaged = false;
        Epoch = chunk.Partition.PositionEpoch;
        Batch.Open(chunk);
    }

    /// <summary>Lets go of the chunk, which the caller takes over.</summary>
    public FetchedChunk Close()
    {
        var chunk = _chunk!;
        _chunk = null;
        _partition = null;
        return chunk;
    }

    /// <summary>What was handed out is done: its reader asked for more.</summary>
    public void MarkDone() => Volatile.Write(ref _done, _position);

    /// <summary>Takes back the last record handed out: it could not be read.</summary>
    public void StepBackTo(long offset) => Volatile.Write(ref _position, offset);

    /// <summary>Hands out the next record. Synchronous and without allocation.</summary>
    /// <returns>False when there is none left here, or <see cref="IsCalled"/>: ask the delivery.</returns>
    /// <exception cref="CorruptRecordException">The batch is damaged.</exception>
    public bool TryNext(out RecordView record)
    {
        record = default;
        if (_partition is not { } partition || partition.Call != _call) return false;
        MarkDone();
        try
        {
            do
            {
                while (_left > 0)
                {
                    record = RecordView.Read(Batch.Records.Span, ref _at);
                    _left--;
                    long offset = Batch.BaseOffset + record.OffsetDelta;
                    if (offset < _position) continue;
                    if (offset >= Batch.NextOffset) throw new InvalidDataException($"it has a record of offset {offset}");
                    Volatile.Write(ref _position, offset + 1);
                    return true;
                }
            }
            while (TryNextBatch());
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            throw Damaged(Position, damage);
        }
        record = default;
        return false;
    }

    /// <summary>Hands out all records of the next batch at once.</summary>
    /// <inheritdoc cref="TryNext"/>
    public bool TryTakeBatch()
    {
        if (_partition is not { } partition || partition.Call != _call) return false;
        MarkDone();
        try
        {
            if (!TryNextBatch()) return false;
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            throw Damaged(Position, damage);
        }
        FirstOffset = Math.Max(_position, Batch.BaseOffset);
        _left = 0;
        Volatile.Write(ref _position, Batch.NextOffset);
        return true;
    }

    /// <summary>With <see cref="TryTakeBatch"/>: records of the batch below it were read before.</summary>
    public long FirstOffset { get; private set; }

    /// <summary>Whether a failure to read says that what was fetched is damaged.</summary>
    public static bool IsDamage(Exception failure) => failure is
        InvalidDataException or InvalidRecordException or CorruptCompressionException or DecompressedTooLargeException;

    /// <summary>The reader's exception for damage in the current batch, or in front of the first; with its next step the cursor goes back.
    /// </summary>
    /// <param name="offset">The first offset that cannot be read.</param>
    /// <param name="damage">What was found.</param>
    public CorruptRecordException Damaged(long offset, Exception damage)
    {
        var partition = _partition!.TopicPartition;
        long next = Math.Max(Batch.NextOffset, offset + 1);
        string reason = damage.Message.TrimEnd('.');
        _call = _partition.Call - 1;
        IsDamaged = true;
        return new CorruptRecordException(
            partition,
            new Offset(offset),
            new Offset(next),
            $"{partition} cannot be read at offset {offset}: {reason}. Seek to {next} to go on without what is lost.",
            damage);
    }

    public void Dispose() => Batch.Dispose();

    private bool TryNextBatch()
    {
        if (_chunk!.Damage is { } damage) throw new InvalidDataException(damage);
        PassTo(Batch.NextOffset);
        if (Batch.MoveNext(_position))
        {
            _at = 0;
            _left = Batch.RecordCount;
            ConsumerMetrics.Consumed(_partition!.TopicPartition.Topic, Batch.RecordCount);
            Epoch = Batch.LeaderEpoch;
            return true;
        }
        PassTo(Batch.NextOffset);
        MarkDone();
        IsFinished = true;
        return false;
    }

    private void PassTo(long offset)
    {
        if (offset > _position) Volatile.Write(ref _position, offset);
    }
}
