using System.Collections.Immutable;
using LogBroker.Metadata.Images;

namespace LogBroker.Metadata.Commands;

/// <summary>A topic to be created (CreateTopics).</summary>
public sealed record NewTopic
{
    public required string Name { get; init; }

    /// <summary>How many partitions; -1 = the broker's <c>num.partitions</c>, and where <see cref="Assignments"/> say it.</summary>
    public int PartitionCount { get; init; } = -1;

    /// <summary>How many brokers keep each partition; -1 = the broker's <c>default.replication.factor</c>, and where
    /// <see cref="Assignments"/> say it.</summary>
    public int ReplicationFactor { get; init; } = -1;

    /// <summary>Which brokers keep which partition; empty = the catalogue chooses.</summary>
    public ImmutableArray<ManualAssignment> Assignments { get; init; } = [];

    /// <summary>Settings of the topic; of one named twice the last counts. A null value is refused.</summary>
    public ImmutableArray<KeyValuePair<string, string?>> Configs { get; init; } = [];
}

/// <summary>The brokers that are to keep a partition, the preferred leader first.</summary>
public readonly record struct ManualAssignment(int Partition, ImmutableArray<int> BrokerIds);

/// <summary>What became of a topic to be created.</summary>
/// <param name="Name">As in the request.</param>
/// <param name="Error">Null = it is there (or, when only validating, could be).</param>
/// <param name="Topic">Set if there is no error.</param>
/// <param name="Configs">What is set for it.</param>
public sealed record CreateTopicResult(
    string Name, CommandError? Error, TopicImage? Topic, ImmutableDictionary<string, string> Configs);
