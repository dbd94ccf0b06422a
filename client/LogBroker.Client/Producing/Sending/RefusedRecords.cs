using LogBroker.Client.Errors;
using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Producing.Sending;

/// <summary>The records that an answer names as the reason why nothing of their batch was written (KIP-467).</summary>
internal sealed class RefusedRecords
{
    private readonly SortedDictionary<int, string?> _reasons;
    private readonly ErrorCode _error;

    private RefusedRecords(SortedDictionary<int, string?> reasons, ErrorCode error)
    {
        _reasons = reasons;
        _error = error;
    }

    /// <returns>Null when the answer does not divide the batch's records into bad ones and good ones.</returns>
    public static RefusedRecords? Of(ProducerBatch batch, ProduceResponse.PartitionProduceResponse answer)
    {
        var reasons = new SortedDictionary<int, string?>();
        foreach (ProduceResponse.BatchIndexAndErrorMessage record in answer.RecordErrors)
        {
            if ((uint)record.BatchIndex >= (uint)batch.RecordCount) return null;
            reasons[record.BatchIndex] = record.BatchIndexErrorMessage ?? answer.ErrorMessage;
        }

        return reasons.Count > 0 && reasons.Count < batch.RecordCount ? new RefusedRecords(reasons, answer.ErrorCode) : null;
    }

    public bool Contains(int index) => _reasons.ContainsKey(index);

    /// <summary>Why each of them failed, in the order of the records.</summary>
    public KafkaException[] FailuresIn(PartitionQueue queue) =>
    [
        .. _reasons.Values.Select(reason => new ProduceException(
            queue.TopicPartition, _error, _error.ToException($"Writing a record to {queue.TopicPartition}", reason).Message)),
    ];
}
