using System.Collections.Immutable;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>Tells which batches of a chunk belong to aborted transactions: those of a producer between the first offset the broker
/// names and the producer's abort marker.</summary>
/// <remarks>One reader, batches in the order of their offsets.</remarks>
internal struct AbortedTransactions(ImmutableArray<FetchResponse.AbortedTransaction> transactions)
{
    private readonly ImmutableArray<FetchResponse.AbortedTransaction> _transactions =
        transactions.Length > 1 ? transactions.Sort((left, right) => left.FirstOffset.CompareTo(right.FirstOffset)) : transactions;

    private HashSet<long>? _aborting;
    private int _next;

    /// <summary>Whether <paramref name="batch"/> is one.</summary>
    public bool Covers(RecordBatchView batch)
    {
        if (_transactions.IsDefaultOrEmpty || !batch.IsTransactional) return false;
        long last = batch.LastOffset.Value;
        while (_next < _transactions.Length && _transactions[_next].FirstOffset <= last)
            (_aborting ??= []).Add(_transactions[_next++].ProducerId);
        if (_aborting is null || !_aborting.Contains(batch.ProducerId)) return false;
        if (!batch.IsControl) return true;
        if (IsAbortMarker(batch)) _aborting.Remove(batch.ProducerId);
        return false;
    }

    private static bool IsAbortMarker(RecordBatchView batch)
    {
        if (batch.Compression != CompressionType.None || batch.RecordCount == 0) return false;
        int position = 0;
        var record = RecordView.Read(batch.Payload, ref position);
        return record.Key.Length >= ControlRecord.KeySizeInBytes
            && ControlRecord.ReadKey(record.Key).Type == ControlRecordType.Abort;
    }
}
