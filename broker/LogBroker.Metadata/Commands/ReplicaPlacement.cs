using System.Collections.Immutable;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Commands;

/// <summary>Which brokers keep which partitions: what users chose, checked, or our own choice.</summary>
internal static class ReplicaPlacement
{
    /// <summary>Gives each partition <paramref name="replicationFactor"/> brokers in turn, so that leaders and copies are
    /// spread evenly.</summary>
    /// <param name="image">Says which brokers there are.</param>
    /// <param name="topic">Chooses the broker to begin with, so that small topics do not all begin with the first.</param>
    /// <param name="firstPartition">How many partitions the topic has already.</param>
    /// <param name="count">How many to place.</param>
    /// <param name="replicationFactor">More than zero.</param>
    /// <param name="replicas">The brokers of each partition.</param>
    public static CommandError? Place(
        MetadataImage image,
        string topic,
        int firstPartition,
        int count,
        int replicationFactor,
        out ImmutableArray<ImmutableArray<int>> replicas)
    {
        replicas = [];
        ImmutableArray<int> brokers = [.. image.Brokers.Keys];
        if (replicationFactor > brokers.Length)
        {
            return new CommandError(ErrorCode.InvalidReplicationFactor,
                $"Unable to replicate the partition {replicationFactor} time(s): The target replication factor of " +
                $"{replicationFactor} cannot be reached because only {brokers.Length} broker(s) are registered or some brokers " +
                "have all their log directories cordoned.");
        }

        int start = StableHash(topic) % brokers.Length;
        replicas =
        [
            .. Enumerable.Range(firstPartition, count).Select(partition => Enumerable.Range(0, replicationFactor)
                .Select(copy => brokers[(start + partition + copy) % brokers.Length])
                .ToImmutableArray()),
        ];
        return null;
    }

    /// <summary>Checks one partition's brokers; <paramref name="replicationFactor"/> is how many the others have, null if this is
    /// the first.</summary>
    public static CommandError? Check(MetadataImage image, ImmutableArray<int> brokers, int? replicationFactor)
    {
        if (brokers.IsEmpty) return Invalid("The manual partition assignment includes an empty replica list.");
        int? previous = null;
        foreach (int broker in brokers.Order())
        {
            if (broker == previous)
                return Invalid($"The manual partition assignment includes the broker {broker} more than once.");
            if (!image.Brokers.ContainsKey(broker))
                return Invalid($"The manual partition assignment includes broker {broker}, but no such broker is registered.");
            previous = broker;
        }

        return replicationFactor is { } expected && brokers.Length != expected
            ? Invalid($"The manual partition assignment includes a partition with {brokers.Length} replica(s), but this is not " +
                $"consistent with previous partitions, which have {expected} replica(s).")
            : null;
    }

    public static CommandError Invalid(string message) => new(ErrorCode.InvalidReplicaAssignment, message);

    /// <summary>The same on every broker and in every process, unlike a string's own.</summary>
    private static int StableHash(string text) => (int)(text.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u) >> 1);
}
