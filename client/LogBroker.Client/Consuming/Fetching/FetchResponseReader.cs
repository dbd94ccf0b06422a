using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Errors;
using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>Takes a fetch's answer apart: records go to the delivery, errors decide how the partition goes on.</summary>
/// <remarks>Belongs to the actor. Batches are found by their headers; nothing is checked or decompressed here.</remarks>
internal sealed partial class FetchResponseReader(
    ConsumerContext context, Action positionsNeeded, Action<AssignedPartition> retryLater)
{
    public void Take(BrokerFetcher broker, FetchResponse response, FetchedFrame frame)
    {
        if (response.ErrorCode != ErrorCode.None)
        {
            TakeSessionError(broker, response.ErrorCode);
            return;
        }
        broker.Session.Answered(response.SessionId);
        var leaders = new List<LeaderUpdate>();
        foreach (var topic in response.Responses)
        {
            string? name = topic.Topic.Length > 0 ? topic.Topic : context.Cluster.Metadata.Current.FindTopic(topic.TopicId)?.Name;
            if (name is null) continue;
            foreach (var data in topic.Partitions)
            {
                var topicPartition = new TopicPartition(name, data.PartitionIndex);
                if (!broker.Asked.TryGetValue(topicPartition, out var asked)) continue;
                if (asked.Partition.IsRevoked || asked.Partition.Version != asked.Version) continue;
                if (asked.Partition.FetchOffset != asked.Offset) continue;
                if (data.CurrentLeader is { LeaderId: >= 0 } leader)
                    leaders.Add(new LeaderUpdate(topicPartition, leader.LeaderId, new LeaderEpoch(leader.LeaderEpoch)));
                if (data.ErrorCode == ErrorCode.None) TakeRecords(asked.Partition, data, frame);
                else TakeError(broker, asked.Partition, data.ErrorCode);
            }
        }
        if (leaders.Count > 0)
        {
            context.Cluster.Metadata.ApplyLeaders(
                leaders,
                [.. response.NodeEndpoints.Select(node => new BrokerNode(node.NodeId, node.Host, node.Port, node.Rack))]);
        }
    }

    private void TakeRecords(AssignedPartition partition, FetchResponse.PartitionData data, FetchedFrame frame)
    {
        partition.Failures = 0;
        partition.EndOffset = context.Options.IsolationLevel == IsolationLevel.ReadCommitted && data.LastStableOffset >= 0
            ? data.LastStableOffset
            : data.HighWatermark;
        if (data.PreferredReadReplica >= 0)
        {
            partition.PreferredReplica = data.PreferredReadReplica;
            partition.PreferredSince = context.Time.GetTimestamp();
        }
        if (data.Records is not MemoryRecords { SizeInBytes: > 0 } records) return;
        int bytes = Measure(records.Memory.Span, out long next, out var epoch);
        if (bytes == 0)
        {
            partition.State = PositionState.Failed;
            context.Delivery.Fail(new InvalidDataException(
                $"{partition.TopicPartition} has at offset {partition.FetchOffset} what is no batch, or one that does not fit into a fetch."));
            return;
        }
        frame.Hold();
        var chunk = new FetchedChunk(partition, partition.FetchOffset, records.Memory[..bytes], frame)
        {
            Aborted = data.AbortedTransactions ?? [],
        };
        partition.FetchOffset = next;
        partition.FetchEpoch = epoch;
        context.Delivery.Put(chunk);
    }

    /// <summary>Finds how far whole batches go.</summary>
    /// <returns>Their bytes; brokers may cut off the last.</returns>
    private static int Measure(ReadOnlySpan<byte> batches, out long next, out LeaderEpoch epoch)
    {
        int bytes = 0;
        next = 0;
        epoch = LeaderEpoch.None;
        while (RecordBatchView.TryRead(batches[bytes..], out var batch))
        {
            bytes += batch.SizeInBytes;
            next = batch.NextOffset.Value;
            epoch = batch.PartitionLeaderEpoch;
        }
        return bytes;
    }

    private void TakeSessionError(BrokerFetcher broker, ErrorCode error)
    {
        broker.Session.Reset();
        Log.SessionEnded(context.Logger, broker.NodeId, error);
        if (error is ErrorCode.FetchSessionIdNotFound or ErrorCode.InvalidFetchSessionEpoch) return;
        throw error.ToException($"A fetch from broker {broker.NodeId}");
    }

    private void TakeError(BrokerFetcher broker, AssignedPartition partition, ErrorCode error)
    {
        bool isFromReplica = partition.PreferredReplica == broker.NodeId;
        partition.PreferredReplica = -1;
        switch (error)
        {
            case ErrorCode.OffsetOutOfRange when isFromReplica:
                break; // The replica may lag behind; the leader decides.
            case ErrorCode.OffsetOutOfRange when context.Delivery.BufferedBytes(partition) > 0:
                retryLater(partition); // What was fetched before is read first.
                break;
            case ErrorCode.OffsetOutOfRange:
                Log.OutOfRange(context.Logger, partition.TopicPartition, partition.FetchOffset);
                Offsets.PositionReset.Apply(context, partition);
                positionsNeeded();
                break;
            case ErrorCode.FencedLeaderEpoch:
                partition.LeaderEpoch = LeaderEpoch.None;
                Retry(partition, error);
                break;
            case ErrorCode.UnknownTopicId or ErrorCode.InconsistentTopicId or ErrorCode.FetchSessionTopicIdError:
                broker.Session.Reset();
                Retry(partition, error);
                break;
            case ErrorCode.TopicAuthorizationFailed:
                partition.State = PositionState.Failed;
                context.Delivery.Fail(error.ToException($"Reading {partition.TopicPartition}"));
                break;
            case ErrorCode.UnknownServerError:
                Retry(partition, error);
                break;
            default:
                if (error.IsRetriable())
                {
                    Retry(partition, error);
                    break;
                }
                partition.State = PositionState.Failed;
                context.Delivery.Fail(error.ToException($"Reading {partition.TopicPartition} at offset {partition.FetchOffset}"));
                break;
        }
    }

    private void Retry(AssignedPartition partition, ErrorCode error)
    {
        retryLater(partition);
        if (error.NeedsMetadataRefresh()) context.Cluster.Metadata.RequestRefresh($"{partition.TopicPartition}: {error}");
        Log.PartitionRefused(context.Logger, partition.TopicPartition, error);
    }

    private static partial class Log
    {
        [LoggerMessage(5202, LogLevel.Debug, "Broker {NodeId} ended the fetch session: {Error}", EventName = "FetchSessionEnded")]
        public static partial void SessionEnded(ILogger logger, int nodeId, ErrorCode error);

        [LoggerMessage(5203, LogLevel.Debug, "{Partition} was not fetched: {Error}", EventName = "FetchRefused")]
        public static partial void PartitionRefused(ILogger logger, TopicPartition partition, ErrorCode error);

        [LoggerMessage(5204, LogLevel.Warning, "{Partition} has no offset {Offset} (any more)", EventName = "OffsetOutOfRange")]
        public static partial void OutOfRange(ILogger logger, TopicPartition partition, long offset);
    }
}
