using LogBroker.Client.Errors;
using LogBroker.Client.Metadata;
using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Producing.Sending;

/// <summary>Does with each batch of a request what its answer, or the lack of one, asks for: ends it, sends it again, or divides it.
/// </summary>
internal sealed partial class AnswerReader(ProducerContext context, Action<PartitionQueue> hasWork)
{
    /// <summary>An answer came.</summary>
    public void Read(OutgoingRequest request, ProduceResponse response)
    {
        ApplyLeaders(request, response);
        var unanswered = new HashSet<ProducerBatch>(request.Batches);
        foreach (ProduceResponse.TopicProduceResponse topic in response.Responses)
        {
            foreach (ProduceResponse.PartitionProduceResponse partition in topic.PartitionResponses)
            {
                ProducerBatch? batch = request.Find(request.NameOf(topic), partition.Index);
                if (batch is not null && unanswered.Remove(batch)) Apply(batch, partition, request.NodeId);
            }
        }

        foreach (ProducerBatch batch in unanswered)
            Retry(batch, ErrorCode.UnknownServerError, "the broker's answer leaves the partition out");
    }

    /// <summary>No answer came, and none will.</summary>
    public void Fail(OutgoingRequest request, KafkaException failure)
    {
        context.Cluster.Metadata.RequestRefresh("a produce was not answered");
        foreach (ProducerBatch batch in request.Batches)
        {
            if (failure.IsRetriable) Retry(batch, failure.ErrorCode, failure.Message);
            else GiveUp(batch, failure.ErrorCode, failure.Message);
        }
    }

    /// <summary>None was asked for.</summary>
    public void EndUnanswered(OutgoingRequest request)
    {
        foreach (ProducerBatch batch in request.Batches)
        {
            batch.Queue.Acknowledge(batch);
            context.Deliveries.Succeed(batch, Offset.None, -1);
        }
    }

    /// <summary>Fails a batch that was taken out of its queue for lack of time, or because the producer ends.</summary>
    public void FailQueued(ProducerBatch batch, KafkaException error)
    {
        context.Transaction?.NoteFailure(batch, error);
        context.Deliveries.Fail(batch, error);
    }

    /// <summary>The failure of a batch whose time is up.</summary>
    public ProduceException Expired(ProducerBatch batch)
    {
        string last = batch.LastFailure is { } failure
            ? $" The last try failed: {failure.Message}"
            : batch.Queue.Sender?.ConnectFailure is { } unreachable
            ? $" The leader could not be reached: {unreachable.Message}"
            : " They were never sent: the partition has no leader, or brokers take records too slowly.";
        return new ProduceException(
            batch.Queue.TopicPartition,
            ErrorCode.RequestTimedOut,
            $"{batch.RecordCount} records for {batch.Queue.TopicPartition} were not delivered within " +
            $"{context.Options.DeliveryTimeout.TotalSeconds:0.###} s (delivery.timeout.ms).{last}",
            batch.LastFailure);
    }

    private void Apply(ProducerBatch batch, ProduceResponse.PartitionProduceResponse answer, int nodeId)
    {
        switch (ProduceVerdicts.Judge(batch, answer.ErrorCode))
        {
            case ProduceVerdict.Written:
                batch.Queue.Acknowledge(batch);
                var baseOffset = answer.ErrorCode == ErrorCode.None ? new Offset(answer.BaseOffset) : Offset.None;
                context.Deliveries.Succeed(batch, baseOffset, answer.LogAppendTimeMs);
                break;
            case ProduceVerdict.Split:
                Split(batch);
                break;
            case ProduceVerdict.OutOfOrder:
                SendInOrder(batch, answer, hasLostState: false);
                break;
            case ProduceVerdict.StateLost:
                SendInOrder(batch, answer, hasLostState: true);
                break;
            case ProduceVerdict.Retry:
                if (answer.ErrorCode.NeedsMetadataRefresh()) context.Cluster.Metadata.RequestRefresh("a produce found no leader");
                // What another broker leads now, as this one may have told, goes there at once (KIP-951).
                Retry(batch, answer.ErrorCode, answer.ErrorMessage ?? "", rests: !IsLedElsewhere(batch.Queue.TopicPartition, nodeId));
                break;
            default:
                // Within a transaction nothing is gained by writing the others.
                if (context.Transaction is null && !batch.IsOutcomeUnknown && RefusedRecords.Of(batch, answer) is { } refused)
                    GiveUpSome(batch, refused);
                else GiveUp(batch, answer.ErrorCode, answer.ErrorMessage ?? "");
                break;
        }
    }

    private bool IsLedElsewhere(TopicPartition partition, int nodeId) =>
        context.Cluster.Metadata.Current.FindPartition(partition) is { HasLeader: true } known && known.LeaderId != nodeId;

    private void Retry(ProducerBatch batch, ErrorCode error, string reason, bool rests = true)
    {
        batch.IsOutcomeUnknown = true;
        batch.Failures++;
        batch.LastFailure = new KafkaException(error, reason.Length > 0 ? reason : $"the broker answered {error}.");
        ProducerMetrics.Retried(batch, error.ToString());
        Log.Retried(context.Logger, batch.Queue.TopicPartition, batch.Failures, error, reason);
        if (GaveUpExpired(batch) || GaveUpWithTransaction(batch)) return;
        batch.Queue.GiveBack(batch, rests ? context.RetryAt(batch.Failures) : 0);
        hasWork(batch.Queue);
    }

    private bool GaveUpExpired(ProducerBatch batch)
    {
        if (!context.IsExpired(batch)) return false;
        GiveUp(batch, Expired(batch));
        return true;
    }

    /// <summary>Nobody could send it again: the transaction will be aborted.</summary>
    private bool GaveUpWithTransaction(ProducerBatch batch)
    {
        if (context.Transaction?.Failure is not { } failure) return false;
        GiveUp(batch, failure);
        return true;
    }

    private void SendInOrder(ProducerBatch batch, ProduceResponse.PartitionProduceResponse answer, bool hasLostState)
    {
        if (!batch.Queue.CanSendAgain(batch, hasLostState, mayBeginAnew: context.Transaction is null))
        {
            GiveUp(batch, answer.ErrorCode, answer.ErrorMessage ?? "");
            return;
        }

        batch.Failures++;
        batch.LastFailure = new KafkaException(answer.ErrorCode, $"the broker answered {answer.ErrorCode}.");
        ProducerMetrics.Retried(batch, answer.ErrorCode.ToString());
        Log.Retried(context.Logger, batch.Queue.TopicPartition, batch.Failures, answer.ErrorCode, answer.ErrorMessage ?? "");
        if (GaveUpExpired(batch) || GaveUpWithTransaction(batch)) return;
        // The first refusal is that of the batch in front, which rests already; only a further one is this batch's own.
        batch.Queue.GiveBackOutOfOrder(batch, hasLostState, batch.Failures > 1 ? context.RetryAt(batch.Failures - 1) : 0);
        hasWork(batch.Queue);
    }

    private void Split(ProducerBatch batch)
    {
        Log.Split(context.Logger, batch.Queue.TopicPartition, batch.RecordCount, batch.SizeInBytes);
        batch.Failures++;
        PartitionQueue queue = batch.Queue;
        (ProducerBatch first, ProducerBatch second) = BatchSplitter.Halve(batch, context.Memory);
        queue.Replace(batch, first, second);
        context.Deliveries.Discard(batch);
        hasWork(queue);
    }

    /// <summary>Some records are at fault, and nothing of the batch was written: they fail, the others are sent again.</summary>
    private void GiveUpSome(ProducerBatch batch, RefusedRecords refused)
    {
        KafkaException[] failures = refused.FailuresIn(batch.Queue);
        batch.Failures++;
        batch.LastFailure = failures[0];
        PartitionQueue queue = batch.Queue;
        (ProducerBatch bad, ProducerBatch others) = BatchSplitter.Divide(batch, refused.Contains, context.Memory);
        queue.GiveUpSome(batch, others);
        context.Deliveries.Discard(batch);
        context.Deliveries.Fail(bad, failures[0], failures);
        hasWork(queue);
    }

    private void GiveUp(ProducerBatch batch, ErrorCode error, string reason)
    {
        TopicPartition partition = batch.Queue.TopicPartition;
        string message = error.ToException($"Writing {batch.RecordCount} records to {partition}", reason).Message;
        KafkaException failure = error is ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge
            ? new RecordTooLargeException(
                partition,
                $"A record of {batch.SizeInBytes} bytes for {partition} is larger than the topic takes: raise max.message.bytes of the topic.")
            : new ProduceException(partition, error, message);
        GiveUp(batch, failure);
    }

    private void GiveUp(ProducerBatch batch, KafkaException failure)
    {
        PartitionQueue queue = batch.Queue;
        queue.GiveUp(batch);
        FailQueued(batch, failure);
        hasWork(queue);
    }

    private void ApplyLeaders(OutgoingRequest request, ProduceResponse response)
    {
        List<LeaderUpdate>? leaders = null;
        foreach (ProduceResponse.TopicProduceResponse topic in response.Responses)
        {
            foreach (ProduceResponse.PartitionProduceResponse partition in topic.PartitionResponses)
            {
                if (partition.CurrentLeader is not { LeaderId: >= 0 } leader || request.NameOf(topic) is not { } name) continue;
                (leaders ??= []).Add(new LeaderUpdate(
                    new TopicPartition(name, partition.Index), leader.LeaderId, new LeaderEpoch(leader.LeaderEpoch)));
            }
        }

        if (leaders is null) return;
        BrokerNode[] brokers = [.. response.NodeEndpoints.Select(node => new BrokerNode(node.NodeId, node.Host, node.Port, node.Rack))];
        context.Cluster.Metadata.ApplyLeaders(leaders, brokers);
    }

    private static partial class Log
    {
        [LoggerMessage(5110, LogLevel.Debug, "A batch for {Partition} is sent again after failure {Failures}: {Error} {Reason}",
            EventName = "BatchRetried")]
        public static partial void Retried(ILogger logger, TopicPartition partition, int failures, ErrorCode error, string reason);

        [LoggerMessage(5111, LogLevel.Information, "A batch of {Records} records for {Partition}, {Bytes} bytes, is too large and is divided",
            EventName = "BatchSplit")]
        public static partial void Split(ILogger logger, TopicPartition partition, int records, int bytes);
    }
}
