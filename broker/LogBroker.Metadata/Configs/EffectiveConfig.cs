using System.Collections.Immutable;

namespace LogBroker.Metadata.Configs;

/// <summary>All settings of one resource with the values in force and where those come from, as DescribeConfigs answers
/// them. Made anew when asked for; not for hot paths (see <see cref="TopicSettings"/>).</summary>
public static class EffectiveConfig
{
    private static readonly ImmutableDictionary<string, string> NoOverrides = ImmutableDictionary<string, string>.Empty;

    /// <summary>The settings of a topic: its own <paramref name="overrides"/>, then the broker's.</summary>
    public static ImmutableArray<ConfigEntry> OfTopic(
        BrokerConfigLayers broker, ImmutableDictionary<string, string> overrides) =>
        Of(TopicConfigs.Schema, broker, overrides, ConfigSource.TopicConfig);

    /// <summary>The settings of a group: its own <paramref name="overrides"/>, then the broker's.</summary>
    public static ImmutableArray<ConfigEntry> OfGroup(
        BrokerConfigLayers broker, ImmutableDictionary<string, string> overrides) =>
        Of(GroupConfigs.Schema, broker, overrides, ConfigSource.GroupConfig);

    /// <summary>All settings of a broker.</summary>
    public static ImmutableArray<ConfigEntry> OfBroker(BrokerConfigLayers broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        var entries = ImmutableArray.CreateBuilder<ConfigEntry>();
        foreach (var definition in BrokerConfigs.Schema.Definitions)
        {
            if (!definition.IsShownOnlyWhenSet) entries.Add(BrokerEntry(broker, definition.Name, definition));
        }

        // What the definitions do not have or hide is shown where it was set; without a definition it may be a secret.
        var set = broker.Dynamic.Keys.Concat(broker.DynamicDefault.Keys).Concat(broker.Static.Keys).Distinct();
        foreach (var name in set.Order(StringComparer.Ordinal))
        {
            _ = BrokerConfigs.TryGet(name, out var definition);
            if (definition is null || definition.IsShownOnlyWhenSet || definition.Name != name)
                entries.Add(BrokerEntry(broker, name, definition));
        }

        return entries.ToImmutable();
    }

    /// <summary>What was set for all brokers, and nothing else.</summary>
    public static ImmutableArray<ConfigEntry> OfClusterDefault(ImmutableDictionary<string, string> dynamicDefault)
    {
        ArgumentNullException.ThrowIfNull(dynamicDefault);
        var layers = new BrokerConfigLayers { DynamicDefault = dynamicDefault };
        var entries = ImmutableArray.CreateBuilder<ConfigEntry>();
        foreach (var name in dynamicDefault.Keys.Order(StringComparer.Ordinal))
        {
            _ = BrokerConfigs.TryGet(name, out var definition);
            var entry = BrokerEntry(layers, name, definition);
            entries.Add(entry with
            {
                // As it was written: this is what was set, not what is in force.
                Value = entry.IsSensitive ? null : dynamicDefault[name],
                Synonyms = [.. entry.Synonyms.Where(s => s.Source == ConfigSource.DynamicDefaultBrokerConfig)],
            });
        }

        return entries.ToImmutable();
    }

    private static ConfigEntry BrokerEntry(BrokerConfigLayers broker, string name, ConfigDefinition? definition)
    {
        bool isSensitive = definition?.IsSensitive ?? true;
        return Entry(
            definition,
            name,
            isSensitive ? null : broker.Value(name),
            broker.Synonyms(name, isSensitive),
            // Kafka calls everything it does not know by name changeable or not by its list of changeable ones.
            isReadOnly: definition?.IsReadOnly ?? true);
    }

    private static ImmutableArray<ConfigEntry> Of(
        ConfigSchema schema, BrokerConfigLayers broker, ImmutableDictionary<string, string>? overrides, ConfigSource source)
    {
        ArgumentNullException.ThrowIfNull(broker);
        overrides ??= NoOverrides;
        var entries = ImmutableArray.CreateBuilder<ConfigEntry>(schema.Definitions.Length);
        foreach (var definition in schema.Definitions)
        {
            bool isOverridden = overrides.TryGetValue(definition.Name, out var text);
            if (definition.IsShownOnlyWhenSet && !isOverridden) continue;
            var value = isOverridden && ConfigValidation.Check(definition, text!) is { IsValid: true } own
                ? own.Text
                : broker.TopicDefault(definition);
            // Only the synonym of the highest priority is looked up: others count for the value and are not told, as in Kafka.
            var synonyms = definition.Synonyms.IsEmpty ? [] : broker.Synonyms(definition.Synonyms[0], definition.IsSensitive);
            if (source == ConfigSource.GroupConfig && synonyms.IsEmpty && definition.Default is { } plain)
                synonyms = [new ConfigSynonym(definition.Name, plain, ConfigSource.DefaultConfig)];
            if (isOverridden) synonyms = synonyms.Insert(0, new ConfigSynonym(definition.Name, value, source));
            entries.Add(Entry(definition, definition.Name, value, synonyms, isReadOnly: false));
        }

        return entries.ToImmutable();
    }

    private static ConfigEntry Entry(
        ConfigDefinition? definition, string name, string? value, ImmutableArray<ConfigSynonym> synonyms, bool isReadOnly) =>
        new()
        {
            Name = name,
            Value = value,
            Source = synonyms.IsEmpty ? ConfigSource.DefaultConfig : synonyms[0].Source,
            Type = definition?.Type ?? ConfigType.Unknown,
            IsReadOnly = isReadOnly,
            IsSensitive = definition?.IsSensitive ?? true,
            Synonyms = synonyms,
            Documentation = definition?.Documentation,
        };
}
