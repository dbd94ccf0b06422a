using LogBroker.Protocol;

namespace LogBroker.Storage.Producers;

/// <summary>What a log knows of one producer: its epoch, its last five batches, its open transaction.</summary>
/// <remarks>Owned by <see cref="ProducerStates"/>, changed under the log's lock.</remarks>
internal sealed class ProducerState(long producerId)
{
    /// <summary>As many batches as a producer may have in flight.</summary>
    public const int BatchesKept = 5;

    /// <summary>The epoch of a producer of which no batch is known.</summary>
    public const short NoEpoch = -1;

    private readonly AppendedBatch[] _batches = new AppendedBatch[BatchesKept];
    private int _next;

    public long ProducerId { get; } = producerId;

    public short Epoch { get; private set; } = NoEpoch;

    /// <summary>The epoch of the coordinator that wrote the last marker; -1 for none.</summary>
    public int CoordinatorEpoch { get; private set; } = -1;

    /// <summary>The timestamp of the last batch or marker, in milliseconds; -1 for none.</summary>
    public long LastTimestamp { get; private set; } = -1;

    /// <summary>The first record of the open transaction; null when none is open.</summary>
    public Offset? TransactionStart { get; private set; }

    /// <summary>How many batches are known, up to five.</summary>
    public int BatchCount { get; private set; }

    /// <summary>The last batch; null when none is known under the current epoch.</summary>
    public AppendedBatch? LastBatch => BatchCount == 0 ? null : BatchAt(BatchCount - 1);

    public int LastSequence => LastBatch?.LastSequence ?? Sequences.None;

    /// <summary>A known batch; 0 is the oldest.</summary>
    public AppendedBatch BatchAt(int index) => _batches[(_next + BatchesKept - BatchCount + index) % BatchesKept];

    /// <summary>Finds the batch with exactly these sequence numbers among those known.</summary>
    public AppendedBatch? Find(short epoch, int firstSequence, int lastSequence)
    {
        if (epoch != Epoch) return null;
        for (int index = 0; index < BatchCount; index++)
        {
            AppendedBatch batch = BatchAt(index);
            if (batch.LastSequence == lastSequence && batch.FirstSequence == firstSequence) return batch;
        }

        return null;
    }

    /// <summary>Takes a batch of records over, and with it the start of a transaction.</summary>
    /// <returns>Whether a transaction begins with it.</returns>
    public bool Add(short epoch, in AppendedBatch batch, bool isTransactional)
    {
        TakeEpoch(epoch);
        _batches[_next] = batch;
        _next = (_next + 1) % BatchesKept;
        if (BatchCount < BatchesKept) BatchCount++;
        LastTimestamp = batch.Timestamp;
        if (!isTransactional || TransactionStart is not null) return false;
        TransactionStart = batch.FirstOffset;
        return true;
    }

    /// <summary>Takes a transaction's marker over.</summary>
    /// <returns>Where the transaction began; null when none was open.</returns>
    public Offset? End(short epoch, int coordinatorEpoch, long timestamp)
    {
        TakeEpoch(epoch);
        CoordinatorEpoch = coordinatorEpoch;
        LastTimestamp = timestamp;
        Offset? start = TransactionStart;
        TransactionStart = null;
        return start;
    }

    /// <summary>Takes over what a snapshot says.</summary>
    public void Restore(short epoch, int coordinatorEpoch, long lastTimestamp, Offset? transactionStart)
    {
        Epoch = epoch;
        CoordinatorEpoch = coordinatorEpoch;
        LastTimestamp = lastTimestamp;
        TransactionStart = transactionStart;
    }

    /// <summary>Puts the batches of a snapshot in the place of those known, oldest first.</summary>
    public void RestoreBatches(ReadOnlySpan<AppendedBatch> batches)
    {
        BatchCount = 0;
        foreach (AppendedBatch batch in batches)
        {
            _batches[_next] = batch;
            _next = (_next + 1) % BatchesKept;
            if (BatchCount < BatchesKept) BatchCount++;
        }
    }

    private void TakeEpoch(short epoch)
    {
        if (epoch == Epoch) return;
        Epoch = epoch;
        BatchCount = 0;
    }
}
