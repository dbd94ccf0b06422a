using System.Collections.Immutable;
using System.Globalization;

namespace LogBroker.Metadata.Configs;

/// <summary>What the settings of a topic must fulfil together.</summary>
internal static class TopicConfigRules
{
    /// <summary>Kafka's message for the first rule that is broken; null if none is.</summary>
    public static string? Check(ImmutableDictionary<string, string> overrides, BrokerConfigLayers broker)
    {
        foreach (var name in overrides.Keys.Order(StringComparer.Ordinal))
        {
            if (!TopicConfigs.Schema.TryGet(name, out _)) return $"Unknown topic config name: {name}";
        }

        var values = new Dictionary<string, string>();
        foreach (var (name, text) in overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var result = ConfigValidation.Check(TopicConfigs.Schema[name], text);
            if (!result.IsValid) return result.Error;
            values.Add(name, result.Text);
        }

        long minLag = Int64(TopicConfigs.MinCompactionLag), maxLag = Int64(TopicConfigs.MaxCompactionLag);
        if (minLag > maxLag)
        {
            return $"conflict topic config setting {TopicConfigs.MinCompactionLag} ({minLag}) > " +
                $"{TopicConfigs.MaxCompactionLag} ({maxLag})";
        }

        return values.GetValueOrDefault(TopicConfigs.RemoteStorage) == "true"
            ? "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage."
            : null;

        long Int64(string name) => long.Parse(
            values.GetValueOrDefault(name) ?? broker.TopicDefault(TopicConfigs.Schema[name])!, CultureInfo.InvariantCulture);
    }
}
