using System.Collections.Immutable;
using System.Globalization;

namespace LogBroker.Metadata.Configs;

/// <summary>All that was ever set for one broker, in layers: what it was started with, what was set for all brokers while they
/// ran, what was set for this one. The latter overrule the former; under all lie the defaults.</summary>
public sealed class BrokerConfigLayers
{
    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;

    public static readonly BrokerConfigLayers Defaults = new();

    /// <summary>What the broker was started with, as it was written.</summary>
    public ImmutableDictionary<string, string> Static { get; init; } = None;

    /// <summary>What was set for all brokers.</summary>
    public ImmutableDictionary<string, string> DynamicDefault { get; init; } = None;

    /// <summary>What was set for this broker.</summary>
    public ImmutableDictionary<string, string> Dynamic { get; init; } = None;

    /// <summary>The value in force, in normal form; null = none. Secrets too.</summary>
    public string? Value(string name)
    {
        if (!BrokerConfigs.TryGet(name, out var definition))
            return Dynamic.GetValueOrDefault(name) ?? DynamicDefault.GetValueOrDefault(name) ?? Static.GetValueOrDefault(name);
        ReadOnlySpan<ImmutableDictionary<string, string>> layers = [Dynamic, DynamicDefault, Static];
        foreach (var layer in layers)
        {
            // A value that this version cannot read counts as not set: a later one may have stored it.
            if (layer.TryGetValue(name, out var value) &&
                ConfigValidation.Check(definition, name, value) is { IsValid: true } result)
                return result.Text;
        }

        return definition.Default;
    }

    /// <summary>The value in force of a whole-number setting that has a default.</summary>
    public int Int32(string name) => int.Parse(Value(name)!, CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Int32"/>
    public long Int64(string name) => long.Parse(Value(name)!, CultureInfo.InvariantCulture);

    /// <summary>The value for topics that do not set <paramref name="definition"/> themselves, in its unit and normal form.</summary>
    internal string? TopicDefault(ConfigDefinition definition)
    {
        foreach (var name in definition.Synonyms)
        {
            if (Value(name) is not { } value) continue;
            int factor = name switch
            {
                _ when name.EndsWith(".hours", StringComparison.Ordinal) => 3_600_000,
                _ when name.EndsWith(".minutes", StringComparison.Ordinal) => 60_000,
                _ => 1,
            };
            if (definition.Type != ConfigType.Long) return value;
            long number = long.Parse(value, CultureInfo.InvariantCulture) * factor;
            // Brokers take any negative retention for "forever".
            if (definition.Name == TopicConfigs.RetentionTime && number < 0) number = -1;
            return number.ToString(CultureInfo.InvariantCulture);
        }

        return definition.Default;
    }

    /// <summary>Where the broker setting <paramref name="name"/> has values, the one in force first, as Kafka lists them:
    /// layer by layer, in each the names that say the same thing, from the first entry under the asked name's own.</summary>
    internal ImmutableArray<ConfigSynonym> Synonyms(string name, bool isSensitive)
    {
        ImmutableArray<string> names = BrokerConfigs.TryGet(name, out var definition) && !definition.Synonyms.IsEmpty
            ? definition.Synonyms
            : [name];
        var found = ImmutableArray.CreateBuilder<ConfigSynonym>();
        AddFrom(Dynamic, ConfigSource.DynamicBrokerConfig);
        AddFrom(DynamicDefault, ConfigSource.DynamicDefaultBrokerConfig);
        AddFrom(Static, ConfigSource.StaticBrokerConfig);
        foreach (var synonym in names)
        {
            if (BrokerConfigs.TryGet(synonym, out var known) && known.Default is { } value)
                found.Add(new ConfigSynonym(synonym, isSensitive ? null : value, ConfigSource.DefaultConfig));
        }

        return [.. found.SkipWhile(synonym => synonym.Name != name)];

        void AddFrom(ImmutableDictionary<string, string> layer, ConfigSource source)
        {
            foreach (var synonym in names)
            {
                if (layer.TryGetValue(synonym, out var value))
                    found.Add(new ConfigSynonym(synonym, isSensitive ? null : value, source));
            }
        }
    }
}
