using System.Collections.Immutable;

namespace LogBroker.Metadata.Configs;

/// <summary>One setting of a resource with its value in force, as DescribeConfigs answers it.</summary>
public sealed record ConfigEntry
{
    public required string Name { get; init; }

    /// <summary>The value in normal form; null = none, or a secret.</summary>
    public required string? Value { get; init; }

    public required ConfigSource Source { get; init; }

    public required ConfigType Type { get; init; }

    public required bool IsReadOnly { get; init; }

    public required bool IsSensitive { get; init; }

    /// <summary>Where a value was found, the one in force first.</summary>
    public required ImmutableArray<ConfigSynonym> Synonyms { get; init; }

    public required string? Documentation { get; init; }
}

/// <summary>A place where a value was found.</summary>
/// <param name="Name">The setting there, which may have another name.</param>
/// <param name="Value">As it was written there; null for a secret.</param>
/// <param name="Source">The kind of place.</param>
public sealed record ConfigSynonym(string Name, string? Value, ConfigSource Source);
