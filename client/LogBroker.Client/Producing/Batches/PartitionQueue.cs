using LogBroker.Protocol;

namespace LogBroker.Client.Producing.Batches;

/// <summary>The batches of one partition that are not answered: those that wait here, in the order of their records, and the count of
/// those on their way.</summary>
/// <remarks>
/// Thread-safe under one short lock: applications append, one sender takes, answers come back. The lock is taken once for each record,
/// since several threads may fill one batch; nothing slow happens inside. What a batch's sequence may be is decided by
/// <see cref="PartitionSequences"/>, under the same lock.
/// <para>Order: a batch that comes back goes in front of those behind it, and nothing else of the partition leaves before it was sent again and answered:
/// brokers know only the last five batches of a producer again. Without idempotence, batches that were on their way together may still change places when the first fails.</para>
/// </remarks>
internal sealed class PartitionQueue(
    TopicPartition topicPartition, BatchSettings settings, BatchMemory memory, FlushRounds rounds, ITransactionWatch? transaction = null)
{
    private readonly Lock _lock = new();
    private readonly PartitionSequences _sequences = new();
    private ProducerBatch? _first;
    private ProducerBatch? _last;
    private long _recordCount;
    private long _notBefore;
    private int _inFlight;
    private int _inFlightNode;
    private int _queuedBatches;
    private int _usualBytes = BatchSettings.FirstBufferBytes;
    private bool _isListed;
    private bool _isResending;
    private bool _isClosed;

    public TopicPartition TopicPartition { get; } = topicPartition;

    /// <summary>Batches that wait here, the open one included.</summary>
    public int QueuedBatches => Volatile.Read(ref _queuedBatches);

    /// <summary>The sender that has it in its list; a hint: whom to wake.</summary>
    public ISender? Sender { get; set; }

    /// <summary>Adds a record if there is memory for it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="waiter">Who wants to know what becomes of it.</param>
    /// <param name="rented">A buffer to begin a batch with when one is needed; given back else.</param>
    public AppendOutcome TryAppend(EncodedRecord record, in RecordWaiter waiter, byte[]? rented = null)
    {
        int bytes = ProducerBatch.SizeBoundOf(record);
        lock (_lock)
        {
            if (_isClosed || (transaction is not null && record.Transaction != transaction.OpenNumber))
            {
                if (rented is not null) memory.Return(rented);
                return AppendOutcome.Closed;
            }

            ProducerBatch? open = _last;
            if (open is not null && !open.IsClosed && TryMakeRoom(open, bytes))
            {
                bool becomesUrgent = waiter.IsUrgent && !open.IsUrgent;
                open.Append(record, waiter);
                _recordCount++;
                if (rented is not null) memory.Return(rented);
                return Listed(wakes: becomesUrgent);
            }

            byte[]? buffer = rented ?? memory.TryRent(FirstBufferFor(bytes));
            if (buffer is null) return AppendOutcome.NoMemory;
            if (open is not null) open.IsClosed = true;
            var batch = new ProducerBatch(this, buffer, _recordCount, settings.Time.GetTimestamp()) { Round = rounds.Enter() };
            batch.Append(record, waiter);
            _recordCount++;
            PutLast(batch);
            return Listed(wakes: true);
        }
    }

    /// <summary>When this returns, no record is on its way in that began before it was called.</summary>
    public void AwaitAppends()
    {
        lock (_lock)
        {
            // Whoever was inside has left.
        }
    }

    /// <summary>Takes no more records.</summary>
    public void Close()
    {
        lock (_lock) _isClosed = true;
    }

    /// <summary>The size of the buffer a record would begin a batch with.</summary>
    public int FirstBufferFor(EncodedRecord record)
    {
        lock (_lock) return FirstBufferFor(ProducerBatch.SizeBoundOf(record));
    }

    /// <summary>Takes the batch that is to be sent next, if one is.</summary>
    /// <param name="conditions">What the sender can take, and in what state it is.</param>
    /// <param name="batch">The batch, which now counts as on its way.</param>
    /// <param name="wakeAt">When to look again; only with <see cref="TakeOutcome.Later"/>.</param>
    public TakeOutcome TryTake(in TakeConditions conditions, out ProducerBatch? batch, out long wakeAt)
    {
        batch = null;
        wakeAt = 0;
        lock (_lock)
        {
            if (_first is null)
            {
                _isListed = false;
                return TakeOutcome.Empty;
            }

            if (_inFlight > 0 && (_isResending || _inFlightNode != conditions.NodeId)) return TakeOutcome.Blocked;
            if (conditions.Now < _notBefore)
            {
                wakeAt = _notBefore;
                return TakeOutcome.Later;
            }

            if (_inFlight >= conditions.InFlightMax) return TakeOutcome.Blocked;
            if (!_sequences.TryChoose(_first, _inFlight, conditions.Identities, out ProducerBatch? next)) return TakeOutcome.Blocked;
            if (!IsReady(next, conditions, out wakeAt)) return TakeOutcome.Later;
            if (next.SizeInBytes > conditions.BytesLeft) return TakeOutcome.Blocked;
            Remove(next);
            if (conditions.Identities is not null) _sequences.Assign(next);
            next.IsClosed = true;
            _usualBytes = BatchMemory.SizeOf(Math.Max(next.SizeInBytes, BatchSettings.FirstBufferBytes));
            _inFlight++;
            _inFlightNode = conditions.NodeId;
            _isResending = next.Failures > 0;
            batch = next;
            return TakeOutcome.Taken;
        }
    }

    /// <summary>A batch was written: it is not on its way any more.</summary>
    public void Acknowledge(ProducerBatch batch)
    {
        lock (_lock)
        {
            _inFlight--;
            _sequences.Acknowledge(batch);
        }
    }

    /// <summary>A batch is given up, queued or on its way: its records are told a failure.</summary>
    public void GiveUp(ProducerBatch batch)
    {
        lock (_lock)
        {
            _inFlight--;
            _sequences.GiveUp(batch);
        }
    }

    /// <summary>A batch comes back to be sent again.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="notBefore">The clock's timestamp before which the partition rests.</param>
    public void GiveBack(ProducerBatch batch, long notBefore)
    {
        lock (_lock)
        {
            _inFlight--;
            _notBefore = Math.Max(_notBefore, notBefore);
            Insert(batch);
        }
    }

    /// <summary>The broker says that the batch does not follow what it has: nothing of it was written.</summary>
    public void GiveBackOutOfOrder(ProducerBatch batch, bool hasLostState, long notBefore)
    {
        lock (_lock)
        {
            _inFlight--;
            _notBefore = Math.Max(_notBefore, notBefore);
            _sequences.RefuseOutOfOrder(batch, hasLostState);
            Insert(batch);
        }
    }

    /// <summary>Whether a batch that was refused because of its sequence can be sent again at all.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="hasLostState">The broker says that it does not know the producer any more.</param>
    /// <param name="mayBeginAnew">Counting may begin anew under a higher epoch; within a transaction it may not.</param>
    public bool CanSendAgain(ProducerBatch batch, bool hasLostState, bool mayBeginAnew)
    {
        lock (_lock) return !_sequences.IsPassedBy(batch) && (mayBeginAnew || !_sequences.IsNextInLine(batch, hasLostState));
    }

    /// <summary>Whether a sender must be told that there is something to send; if so it counts as told.</summary>
    public bool TryList()
    {
        lock (_lock)
        {
            if (_first is null || _isListed) return false;
            _isListed = true;
            return true;
        }
    }

    /// <summary>Puts two batches in the place of one on its way that was too large; they have its sequences.</summary>
    public void Replace(ProducerBatch batch, ProducerBatch first, ProducerBatch second)
    {
        rounds.Add(batch.Round!, 2);
        lock (_lock)
        {
            _inFlight--;
            Insert(first);
            Insert(second);
        }
    }

    /// <summary>Of a batch on its way, which was not written, some records are given up; the others will be sent again, counted anew.
    /// </summary>
    public void GiveUpSome(ProducerBatch batch, ProducerBatch others)
    {
        rounds.Add(batch.Round!, 2);
        lock (_lock)
        {
            _inFlight--;
            _sequences.GiveUp(batch);
            Insert(others);
        }
    }

    /// <summary>Takes out the queued batches that were begun before a moment; they are not sent any more.</summary>
    public IReadOnlyList<ProducerBatch> TakeQueued(long createdBefore)
    {
        lock (_lock)
        {
            if (_first is null || _first.CreatedAt >= createdBefore) return [];
            var expired = new List<ProducerBatch>();
            while (_first is { } batch && batch.CreatedAt < createdBefore)
            {
                Remove(batch);
                batch.IsClosed = true;
                _sequences.GiveUp(batch);
                expired.Add(batch);
            }

            return expired;
        }
    }

    /// <summary>Whether a batch is on its way or waits.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock) return _first is null && _inFlight == 0;
        }
    }

    private AppendOutcome Listed(bool wakes)
    {
        if (!_isListed)
        {
            _isListed = true;
            return AppendOutcome.MustList;
        }

        return wakes ? AppendOutcome.MustWake : AppendOutcome.Appended;
    }

    private bool TryMakeRoom(ProducerBatch open, int bytes)
    {
        int wanted = open.SizeInBytes + bytes;
        if (wanted > settings.BatchSizeBytes) return false;
        if (open.HasRoom(bytes)) return true;
        byte[]? larger = memory.TryRent(Math.Max(wanted, Math.Min(2 * open.BufferBytes, settings.BatchSizeBytes)));
        if (larger is null) return false;
        memory.Return(open.MoveTo(larger));
        return true;
    }

    /// <summary>What the last batch needed, so that a busy partition need not grow its batches again and again.</summary>
    private int FirstBufferFor(int bytes)
    {
        int usual = Math.Min(_usualBytes, settings.BatchSizeBytes);
        return bytes >= usual || !memory.CanEverHold(usual) ? bytes : usual;
    }

    private bool IsReady(ProducerBatch batch, in TakeConditions conditions, out long wakeAt)
    {
        wakeAt = batch.CreatedAt + settings.LingerTicks;
        return batch.IsClosed || conditions.IsHurried || (conditions.IsIdle && batch.IsUrgent) || conditions.Now >= wakeAt;
    }

    private void PutLast(ProducerBatch batch)
    {
        if (_last is null) _first = batch;
        else _last.Behind = batch;
        _last = batch;
        Volatile.Write(ref _queuedBatches, _queuedBatches + 1);
    }

    /// <summary>Puts a batch that was here before in its place by its records.</summary>
    private void Insert(ProducerBatch batch)
    {
        ProducerBatch? before = null;
        ProducerBatch? behind = _first;
        while (behind is not null && behind.FirstRecord < batch.FirstRecord)
        {
            before = behind;
            behind = behind.Behind;
        }

        batch.Behind = behind;
        if (before is null) _first = batch;
        else before.Behind = batch;
        if (behind is null) _last = batch;
        Volatile.Write(ref _queuedBatches, _queuedBatches + 1);
    }

    private void Remove(ProducerBatch batch)
    {
        ProducerBatch? before = null;
        for (ProducerBatch? at = _first; at != batch; at = at!.Behind) before = at;
        if (before is null) _first = batch.Behind;
        else before.Behind = batch.Behind;
        if (_last == batch) _last = before;
        batch.Behind = null;
        Volatile.Write(ref _queuedBatches, _queuedBatches - 1);
    }
}
