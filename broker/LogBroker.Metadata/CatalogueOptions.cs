using System.Collections.Immutable;
using LogBroker.Metadata.Commands;

namespace LogBroker.Metadata;

/// <summary>What a <see cref="Catalogue"/> needs to know of the broker it serves.</summary>
public sealed record CatalogueOptions
{
    /// <summary>The broker's <c>node.id</c>.</summary>
    public required int BrokerId { get; init; }

    /// <summary>What the broker was started with, as it was written; checked before (<see cref="Configs.BrokerConfigs"/>).</summary>
    public ImmutableDictionary<string, string> StaticConfigs { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The cluster's name if it has none yet.</summary>
    public required string ProposedClusterId { get; init; }

    /// <summary>Makes a random id for a topic; called from any thread, never twice with the same result.</summary>
    public required Func<Guid> NewTopicId { get; init; }

    /// <summary>Told what <c>max.partitions</c> and <c>max.partitions.per.topic</c> refuse; a command that is planned anew may
    /// tell it twice.</summary>
    public LimitReached? LimitReached { get; init; }
}
