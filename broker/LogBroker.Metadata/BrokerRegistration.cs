using System.Collections.Immutable;
using LogBroker.Metadata.Images;

namespace LogBroker.Metadata;

/// <summary>What a broker says of itself when it joins.</summary>
public sealed record BrokerRegistration
{
    /// <summary>Its <c>node.id</c>; not negative.</summary>
    public required int BrokerId { get; init; }

    /// <summary>The id of its data directory: it takes over from an earlier process with the same, which must be gone since it
    /// held the directory's lock; one with another is a second broker under the same id.</summary>
    public required Guid DirectoryId { get; init; }

    /// <summary>Its <c>broker.rack</c>; null = none.</summary>
    public string? Rack { get; init; }

    /// <summary>Where clients reach it.</summary>
    public required ImmutableArray<BrokerEndpoint> Endpoints { get; init; }
}
