using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Errors;
using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Offsets;

/// <summary>Notices logs that were cut off (KIP-320): after a change of leader the new one is asked where the epoch of the last record
/// read ends; when that is before the position, what was read behind it is gone.</summary>
/// <remarks>Belongs to the actor.</remarks>
internal sealed class PositionValidation(ConsumerContext context)
{
    /// <summary>Marks the partitions whose leader has changed since their position was found good.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool Mark(ConsumerContext context)
    {
        bool isAny = false;
        foreach (var partition in context.Table.All)
        {
            if (partition.State != PositionState.Ready || partition.FetchEpoch == LeaderEpoch.None) continue;
            var known = context.Cluster.Metadata.Current.FindPartition(partition.TopicPartition);
            if (known is null || known.LeaderEpoch <= partition.LeaderEpoch) continue;
            if (partition.LeaderEpoch == LeaderEpoch.None && known.LeaderEpoch == partition.FetchEpoch)
            {
                partition.LeaderEpoch = known.LeaderEpoch;
                continue;
            }
            partition.State = PositionState.NeedsValidation;
            isAny = true;
        }
        return isAny;
    }

    /// <summary>One try for each leader.</summary>
    /// <returns>Whether all that had to be asked were answered.</returns>
    public async Task<bool> RunAsync()
    {
        var snapshot = context.Cluster.Metadata.Current;
        var waiting = context.Table.All.Where(partition => partition.State == PositionState.NeedsValidation).ToList();
        bool isComplete = true;
        foreach (var leader in waiting.GroupBy(partition => snapshot.FindPartition(partition.TopicPartition)?.LeaderId ?? -1))
        {
            if (leader.Key < 0) context.Cluster.Metadata.RequestRefresh("a partition has no leader");
            try
            {
                isComplete &= leader.Key >= 0 && await AskAsync(leader.Key, [.. leader], snapshot).ConfigureAwait(true);
            }
            catch (KafkaException failure) when (failure.IsRetriable)
            {
                isComplete = false; // The other leaders are asked all the same.
                context.Cluster.Metadata.RequestRefresh($"broker {leader.Key} did not validate positions");
            }
        }
        return isComplete;
    }

    private async Task<bool> AskAsync(int nodeId, List<AssignedPartition> partitions, ClusterSnapshot snapshot)
    {
        var versions = partitions.ToDictionary(partition => partition.TopicPartition, partition => partition.Version);
        var connection = await context.Pool.ConnectAsync(nodeId, ConnectionLane.Control, context.Stopped).ConfigureAwait(true);
        if (!connection.Supports(ApiKey.OffsetForLeaderEpoch))
        {
            foreach (var partition in partitions) Accept(partition, snapshot);
            return true;
        }
        var request = new OffsetForLeaderEpochRequest
        {
            ReplicaId = -1,
            Topics =
            [
                .. partitions.GroupBy(partition => partition.TopicPartition.Topic).Select(
                    topic => new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
                    {
                        Topic = topic.Key,
                        Partitions =
                        [
                            .. topic.Select(partition => new OffsetForLeaderEpochRequest.OffsetForLeaderPartition
                            {
                                Partition = partition.TopicPartition.Partition,
                                CurrentLeaderEpoch = snapshot.FindPartition(partition.TopicPartition)!.LeaderEpoch.Value,
                                LeaderEpoch = partition.FetchEpoch.Value,
                            }),
                        ],
                    }),
            ],
        };
        var response = await connection.SendAsync(request, context.Cluster.Options.RequestTimeout, context.Stopped)
            .ConfigureAwait(true);
        bool isComplete = true;
        foreach (var topic in response.Topics)
        {
            foreach (var answer in topic.Partitions)
            {
                var name = new TopicPartition(topic.Topic, answer.Partition);
                if (context.Table.Find(name) is not { State: PositionState.NeedsValidation } partition) continue;
                if (partition.Version == versions.GetValueOrDefault(name, -1)) isComplete &= Take(partition, answer, snapshot);
            }
        }
        return isComplete;
    }

    private bool Take(
        AssignedPartition partition, OffsetForLeaderEpochResponse.EpochEndOffset answer, ClusterSnapshot snapshot)
    {
        switch (answer.ErrorCode)
        {
            case ErrorCode.None when answer.EndOffset < 0 || answer.LeaderEpoch < 0:
                LogTruncation.ApplyUnknown(context, partition);
                return true;
            case ErrorCode.None when answer.EndOffset < partition.FetchOffset:
                LogTruncation.Apply(context, partition, answer.EndOffset, new LeaderEpoch(answer.LeaderEpoch));
                return true;
            case ErrorCode.None:
                Accept(partition, snapshot);
                return true;
            case ErrorCode.TopicAuthorizationFailed:
                partition.State = PositionState.Failed;
                throw answer.ErrorCode.ToException($"Validating the position of {partition.TopicPartition}");
            default:
                context.Cluster.Metadata.RequestRefresh($"{partition.TopicPartition}: {answer.ErrorCode}");
                return false;
        }
    }

    private static void Accept(AssignedPartition partition, ClusterSnapshot snapshot)
    {
        partition.LeaderEpoch = snapshot.FindPartition(partition.TopicPartition)?.LeaderEpoch ?? LeaderEpoch.None;
        partition.State = PositionState.Ready;
    }
}
