using LogBroker.Client.Consuming.Offsets;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Errors;
using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>Takes a fetch's answer apart: records go to the delivery, errors decide how the partition goes on.</summary>
/// <remarks>Belongs to the actor. Batches are found by their headers; nothing is checked or decompressed here.</remarks>
internal sealed partial class FetchResponseReader(
    ConsumerContext context, Action positionsNeeded, Action<AssignedPartition> retryLater)
{
    private readonly List<LeaderUpdate> _leaders = [];

    public void Take(BrokerFetcher broker, FetchResponse response, FetchedFrame frame)
    {
        if (response.ErrorCode != ErrorCode.None)
        {
            TakeSessionError(broker, response.ErrorCode);
            return;
        }
        broker.Session.Answered(response.SessionId);
        _leaders.Clear();
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
                // While a leader is asked for the end of the position's epoch, the position stays where the question has it.
                if (asked.Partition.State == PositionState.NeedsValidation) continue;
                TakePartition(broker, asked.Partition, data, frame);
            }
        }
        if (_leaders.Count > 0)
        {
            context.Cluster.Metadata.ApplyLeaders(
                _leaders,
                [.. response.NodeEndpoints.Select(node => new BrokerNode(node.NodeId, node.Host, node.Port, node.Rack))]);
        }
    }

    private void TakePartition(BrokerFetcher broker, AssignedPartition partition, FetchResponse.PartitionData data, FetchedFrame frame)
    {
        if (data.ErrorCode != ErrorCode.None)
        {
            if (!IsSentToNewLeader(partition, data)) TakeError(broker, partition, data, frame);
        }
        else if (data.DivergingEpoch is { EndOffset: >= 0 } diverging)
        {
            if (!IsFromReplica(broker, partition)) LogTruncation.Apply(context, partition, diverging.EndOffset, new LeaderEpoch(diverging.Epoch));
            partition.Preferred = null;
        }
        else
        {
            TakeRecords(partition, data, frame);
        }
    }

    /// <summary>A refusal may name a leader that is newer than the one known: then nothing is waited for (KIP-951).</summary>
    private bool IsSentToNewLeader(AssignedPartition partition, FetchResponse.PartitionData data)
    {
        if (data.CurrentLeader is not { LeaderId: >= 0 } leader) return false;
        var known = context.Cluster.Metadata.Current.FindPartition(partition.TopicPartition);
        if (known is not null && known.LeaderEpoch.Value >= leader.LeaderEpoch) return false;
        _leaders.Add(new LeaderUpdate(partition.TopicPartition, leader.LeaderId, new LeaderEpoch(leader.LeaderEpoch)));
        partition.Preferred = null;
        return true;
    }

    private static bool IsFromReplica(BrokerFetcher broker, AssignedPartition partition) => partition.Preferred?.NodeId == broker.NodeId;

    private void TakeRecords(AssignedPartition partition, FetchResponse.PartitionData data, FetchedFrame frame)
    {
        partition.Failures = 0;
        partition.EndOffset = context.Options.IsolationLevel == IsolationLevel.ReadCommitted && data.LastStableOffset >= 0
            ? data.LastStableOffset
            : data.HighWatermark;
        if (data.PreferredReadReplica >= 0)
        {
            var epoch = context.Cluster.Metadata.Current.FindPartition(partition.TopicPartition)?.LeaderEpoch ?? LeaderEpoch.None;
            partition.Preferred = new PreferredReplica(data.PreferredReadReplica, epoch, context.Time.GetTimestamp());
        }
        if (data.Records is not MemoryRecords { SizeInBytes: > 0 } records) return;
        var batches = WholeBatches.Measure(records.Memory.Span);
        if (batches.NextOffset <= partition.FetchOffset)
        {
            TakeDamage(partition, frame, WholeBatches.DescribeDamage(records.Memory.Span));
            return;
        }
        frame.Hold();
        var chunk = new FetchedChunk(partition, partition.FetchOffset, records.Memory[..batches.SizeInBytes], frame)
        {
            Aborted = data.AbortedTransactions ?? [],
        };
        partition.FetchOffset = batches.NextOffset;
        partition.FetchEpoch = batches.LastEpoch;
        context.Delivery.Put(chunk);
    }

    /// <summary>The reader is told when it gets there, after what was fetched before; nothing more is fetched.</summary>
    private void TakeDamage(AssignedPartition partition, FetchedFrame frame, string damage)
    {
        Log.Damaged(context.Logger, partition.TopicPartition, partition.FetchOffset, damage);
        partition.State = PositionState.Failed;
        frame.Hold();
        context.Delivery.Put(new FetchedChunk(partition, partition.FetchOffset, default, frame) { Damage = damage });
    }

    private void TakeSessionError(BrokerFetcher broker, ErrorCode error)
    {
        broker.Session.Reset();
        Log.SessionEnded(context.Logger, broker.NodeId, error);
        if (error is ErrorCode.FetchSessionIdNotFound or ErrorCode.InvalidFetchSessionEpoch) return;
        throw error.ToException($"A fetch from broker {broker.NodeId}");
    }

    private void TakeError(BrokerFetcher broker, AssignedPartition partition, FetchResponse.PartitionData data, FetchedFrame frame)
    {
        var error = data.ErrorCode;
        bool isFromReplica = IsFromReplica(broker, partition);
        partition.Preferred = null;
        switch (error)
        {
            case ErrorCode.OffsetOutOfRange when isFromReplica:
                break; // The replica may lag behind; the leader decides.
            case ErrorCode.OffsetOutOfRange when context.Delivery.BufferedBytes(partition) > 0:
                retryLater(partition); // What was fetched before is read first.
                break;
            case ErrorCode.OffsetOutOfRange:
                Log.OutOfRange(context.Logger, partition.TopicPartition, partition.FetchOffset);
                PositionReset.Apply(context, partition);
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
            case ErrorCode.CorruptMessage:
                TakeDamage(partition, frame, "the broker finds it damaged in its log");
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

        [LoggerMessage(
            5205, LogLevel.Error, "{Partition} cannot be read at offset {Offset}: {Damage}", EventName = "PartitionDamaged")]
        public static partial void Damaged(ILogger logger, TopicPartition partition, long offset, string damage);

        [LoggerMessage(5204, LogLevel.Warning, "{Partition} has no offset {Offset} (any more)", EventName = "OffsetOutOfRange")]
        public static partial void OutOfRange(ILogger logger, TopicPartition partition, long offset);
    }
}
