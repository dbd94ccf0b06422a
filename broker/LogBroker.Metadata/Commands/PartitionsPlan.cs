using System.Collections.Immutable;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Commands;

/// <summary>What adding partitions comes to on one image: checks in the order of Kafka's controller, and no change.</summary>
internal static class PartitionsPlan
{
    /// <summary>The brokers of all the topic's partitions afterwards, or why not.</summary>
    public static CommandError? For(
        MetadataImage image, NewPartitions request, out ImmutableArray<ImmutableArray<int>> replicas)
    {
        replicas = [];
        if (!image.TryGetTopic(request.Topic, out var topic)) return new CommandError(ErrorCode.UnknownTopicOrPartition, null);
        int now = topic.Partitions.Length;
        if (request.TotalCount == now)
            return new CommandError(ErrorCode.InvalidPartitions, $"Topic already has {now} partition(s).");
        if (request.TotalCount < now)
        {
            return new CommandError(ErrorCode.InvalidPartitions,
                $"The topic {request.Topic} currently has {now} partition(s); {request.TotalCount} would not be an increase.");
        }

        int added = request.TotalCount - now;
        if (added > TopicPlan.PartitionsPerRequestMax)
            return new CommandError(ErrorCode.PolicyViolation, "Excessively large number of partitions per request.");
        ImmutableArray<ImmutableArray<int>> more;
        if (request.Assignments is { } chosen)
        {
            if (chosen.Length != added)
            {
                return ReplicaPlacement.Invalid(
                    $"Attempted to add {added} additional partition(s), but only {chosen.Length} assignment(s) were specified.");
            }

            foreach (var brokers in chosen)
            {
                if (ReplicaPlacement.Check(image, brokers, topic.ReplicationFactor) is { } error) return error;
            }

            more = chosen;
        }
        else if (ReplicaPlacement.Place(image, topic.Name, now, added, topic.ReplicationFactor, out more) is { } error)
        {
            return error;
        }

        replicas = [.. topic.Partitions.Select(partition => partition.Replicas), .. more];
        return null;
    }
}
