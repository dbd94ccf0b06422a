using System.Collections.Immutable;

namespace LogBroker.Metadata.Commands;

/// <summary>Partitions to be added to a topic (CreatePartitions).</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="TotalCount">How many it shall have in all.</param>
/// <param name="Assignments">The brokers of each added partition in order; null = the catalogue chooses.</param>
public sealed record NewPartitions(
    string Topic, int TotalCount, ImmutableArray<ImmutableArray<int>>? Assignments = null);

/// <summary>What became of partitions to be added.</summary>
public sealed record CreatePartitionsResult(string Topic, CommandError? Error);
