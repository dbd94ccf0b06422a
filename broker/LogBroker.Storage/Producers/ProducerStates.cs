using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Producers;

/// <summary>What a log knows of its idempotent and transactional producers.</summary>
/// <remarks>Owned by its log, changed under the log's lock; <see cref="FirstUnstableOffsetAt"/> may be asked by any thread.
/// It is a function of the batches in the log and nothing else, so replaying them gives the same state.</remarks>
internal sealed class ProducerStates
{
    private readonly Dictionary<long, ProducerState> _producers = [];
    private Transaction[] _transactions = [];
    private long _stableBelow;

    public int Count => _producers.Count;

    public IEnumerable<ProducerState> Producers => _producers.Values;

    /// <summary>The end of the log that this state is of.</summary>
    public Offset EndOffset { get; private set; }

    /// <summary>The first offset of the oldest open transaction; null when none is open.</summary>
    public Offset? FirstOpenOffset
    {
        get
        {
            foreach (Transaction transaction in Volatile.Read(ref _transactions))
            {
                if (transaction.Marker is null) return transaction.Start;
            }

            return null;
        }
    }

    public ProducerState? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>The first offset of the oldest transaction that is open, or whose marker is not below
    /// <paramref name="highWatermark"/> yet; null when there is none.</summary>
    public Offset? FirstUnstableOffsetAt(Offset highWatermark)
    {
        Volatile.Write(ref _stableBelow, highWatermark.Value);
        foreach (Transaction transaction in Volatile.Read(ref _transactions))
        {
            if (transaction.Marker is not { } marker || marker >= highWatermark) return transaction.Start;
        }

        return null;
    }

    /// <summary>Says which transaction a batch would end by aborting it, for the index of those.</summary>
    /// <param name="batch">With its final offset.</param>
    public AbortedTransaction? AbortedBy(in RecordBatchView batch)
    {
        if (!batch.IsControl || Find(batch.ProducerId) is not { TransactionStart: { } start } producer) return null;
        if (ProducerRules.ReadMarker(batch) is not { Type: ControlRecordType.Abort }) return null;
        Offset stable = batch.BaseOffset.Next;
        foreach (Transaction transaction in _transactions)
        {
            if (transaction.Marker is not null || transaction.ProducerId == producer.ProducerId) continue;
            stable = transaction.Start;
            break;
        }

        return new AbortedTransaction(producer.ProducerId, start, batch.BaseOffset, stable);
    }

    /// <summary>Takes over a batch that is in the log.</summary>
    /// <param name="batch">All of it when it is a control batch; else its header is enough.</param>
    public void Apply(in RecordBatchView batch)
    {
        EndOffset = batch.NextOffset;
        if (batch.ProducerId < 0) return;
        if (batch.IsControl) ApplyMarker(batch);
        else ApplyRecords(batch);
    }

    /// <summary>Notes that the log ends at <paramref name="end"/> without a batch that says so.</summary>
    public void MoveEnd(Offset end) => EndOffset = end;

    /// <summary>Takes over a producer from a snapshot.</summary>
    public void Restore(ProducerState producer)
    {
        _producers[producer.ProducerId] = producer;
        if (producer.TransactionStart is { } start) Begin(producer.ProducerId, start);
    }

    /// <summary>Forgets the producers that were silent for so long and have no transaction open.</summary>
    /// <returns>How many.</returns>
    public int Expire(long now, long afterMilliseconds)
    {
        int removed = 0;
        foreach (ProducerState producer in _producers.Values)
        {
            if (producer.TransactionStart is not null || now - producer.LastTimestamp < afterMilliseconds) continue;
            _producers.Remove(producer.ProducerId);
            removed++;
        }

        return removed;
    }

    public void Clear(Offset end)
    {
        _producers.Clear();
        Volatile.Write(ref _transactions, []);
        EndOffset = end;
    }

    public ImmutableArray<ActiveProducer> ToActive() =>
    [
        .. _producers.Values.Select(producer => new ActiveProducer(
            producer.ProducerId,
            producer.Epoch,
            producer.LastSequence,
            producer.LastTimestamp,
            producer.CoordinatorEpoch,
            producer.TransactionStart)),
    ];

    private void ApplyRecords(in RecordBatchView batch)
    {
        ProducerState producer = GetOrAdd(batch.ProducerId);
        var appended = new AppendedBatch(
            Sequences.Increment(batch.BaseSequence, batch.LastOffsetDelta),
            batch.LastOffset,
            batch.LastOffsetDelta,
            batch.MaxTimestamp);
        if (producer.Add(batch.ProducerEpoch, appended, batch.IsTransactional))
            Begin(producer.ProducerId, batch.BaseOffset);
    }

    private void ApplyMarker(in RecordBatchView batch)
    {
        if (ProducerRules.ReadMarker(batch) is not { } marker) return;
        ProducerState producer = GetOrAdd(batch.ProducerId);
        if (producer.End(batch.ProducerEpoch, marker.CoordinatorEpoch, batch.MaxTimestamp) is { } start)
            End(start, batch.BaseOffset);
    }

    private ProducerState GetOrAdd(long producerId)
    {
        if (_producers.TryGetValue(producerId, out ProducerState? producer)) return producer;
        producer = new ProducerState(producerId);
        _producers.Add(producerId, producer);
        return producer;
    }

    private void Begin(long producerId, Offset start) => Publish(
        [.. _transactions.Append(new Transaction(producerId, start, null)).OrderBy(transaction => transaction.Start)]);

    private void End(Offset start, Offset marker)
    {
        var stableBelow = new Offset(Volatile.Read(ref _stableBelow));
        // Transactions whose markers are below the high watermark no longer hold anything back.
        Publish(
        [
            .. _transactions
                .Select(transaction => transaction.Start == start && transaction.Marker is null
                    ? transaction with { Marker = marker }
                    : transaction)
                .Where(transaction => transaction.Marker is not { } ended || ended >= stableBelow),
        ]);
    }

    private void Publish(Transaction[] transactions) => Volatile.Write(ref _transactions, transactions);

    /// <summary>A transaction with records in the log.</summary>
    /// <param name="ProducerId">Whose it is.</param>
    /// <param name="Start">Its first record.</param>
    /// <param name="Marker">The marker that ended it; null while it is open.</param>
    private sealed record Transaction(long ProducerId, Offset Start, Offset? Marker);
}
