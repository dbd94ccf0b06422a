using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Producers;

namespace LogBroker.Storage.Tests.Producers;

/// <summary>A batch or marker of a producer that is in the log.</summary>
internal sealed record ModelBatch(
    long ProducerId, short Epoch, int FirstSequence, int LastSequence, Offset BaseOffset, Offset LastOffset, long Timestamp,
    bool IsTransactional = false, ControlRecordType? Marker = null);

/// <summary>What ought to be known of one producer, worked out from all its batches each time.</summary>
internal sealed class ModelProducer
{
    private readonly List<ModelBatch> _ofEpoch = [];

    public ModelProducer(IEnumerable<ModelBatch> batches)
    {
        foreach (ModelBatch batch in batches) Add(batch);
    }

    public bool IsKnown { get; private set; }

    public short Epoch { get; private set; } = -1;

    public int LastSequence => _ofEpoch.Count == 0 ? -1 : _ofEpoch[^1].LastSequence;

    public Offset? TransactionStart { get; private set; }

    public long LastTimestamp { get; private set; }

    /// <summary>The last five of the epoch, which are the ones that may be sent again.</summary>
    public IEnumerable<ModelBatch> Repeatable => _ofEpoch.TakeLast(5);

    /// <summary>What the log should say to a batch, and where the first one stands if it is a repetition.</summary>
    public (ErrorCode Error, Offset? RepeatedAt) Judge(short epoch, int first, int last, bool isTransactional)
    {
        if (!IsKnown) return (ErrorCode.None, null);
        ModelBatch? same = Repeatable.FirstOrDefault(
            batch => batch.Epoch == epoch && batch.FirstSequence == first && batch.LastSequence == last);
        if (same is not null) return (ErrorCode.None, same.BaseOffset);
        if (epoch < Epoch) return (ErrorCode.InvalidProducerEpoch, null);
        int due = epoch > Epoch || LastSequence is -1 or int.MaxValue ? 0 : LastSequence + 1;
        if (first != due) return (ErrorCode.OutOfOrderSequenceNumber, null);
        return (TransactionStart is not null && !isTransactional ? ErrorCode.InvalidTxnState : ErrorCode.None, null);
    }

    private void Add(ModelBatch batch)
    {
        IsKnown = true;
        if (batch.Epoch != Epoch) _ofEpoch.Clear();
        Epoch = batch.Epoch;
        LastTimestamp = batch.Timestamp;
        if (batch.Marker is not null)
        {
            TransactionStart = null;
            return;
        }

        _ofEpoch.Add(batch);
        if (batch.IsTransactional) TransactionStart ??= batch.BaseOffset;
    }
}
