using System.Collections.Immutable;

namespace LogBroker.Metadata.Configs;

/// <summary>What one setting is: its type, its default and which values it takes. Read from the definition files beside this
/// class.</summary>
public sealed class ConfigDefinition
{
    public required string Name { get; init; }

    public required ConfigType Type { get; init; }

    /// <summary>The value where nobody set one, in normal form; null = none.</summary>
    public required string? Default { get; init; }

    public required ConfigValidator Validator { get; init; }

    public required ConfigUpdateMode UpdateMode { get; init; }

    /// <summary>The broker settings whose value holds where this one is not set, highest priority first; for a broker setting,
    /// the settings that say the same thing (itself among them). Empty = none but itself.</summary>
    public required ImmutableArray<string> Synonyms { get; init; }

    /// <summary>Whether LogBroker does what the setting says; others are accepted and shown, and change nothing.</summary>
    public required bool IsHonoured { get; init; }

    /// <summary>Shown only where it has been set, as Kafka keeps its internal settings.</summary>
    public required bool IsShownOnlyWhenSet { get; init; }

    /// <summary>One sentence or two in our words; null = none.</summary>
    public required string? Documentation { get; init; }

    public bool IsSensitive => Type == ConfigType.Password;

    public bool IsReadOnly => UpdateMode == ConfigUpdateMode.ReadOnly;
}
