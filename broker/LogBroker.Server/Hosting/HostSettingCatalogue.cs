using LogBroker.Metadata.Configs;

namespace LogBroker.Server.Hosting;

/// <summary>The settings a broker can be started with: all of <see cref="BrokerConfigs"/>.</summary>
internal sealed class HostSettingCatalogue : ISettingCatalogue
{
    public bool Contains(string name) => BrokerConfigs.TryGet(name, out _);

    public string? DefaultOf(string name) =>
        BrokerConfigs.TryGet(name, out ConfigDefinition? definition) ? definition.Default : null;

    public string? Check(string name, string value)
    {
        if (!BrokerConfigs.TryGet(name, out ConfigDefinition? definition)) return "not a setting.";
        if (ConfigValidation.Check(definition, value).Error is not { } error) return null;
        // Kafka's sentence names setting and value first, which whoever asked here tells better: it knows the origin.
        string prefix = $"Invalid value {value} for configuration {definition.Name}: ";
        return error.StartsWith(prefix, StringComparison.Ordinal) ? error[prefix.Length..] : error;
    }

    public string? NearestTo(string name) => BrokerConfigs.Schema.NearestTo(name);
}
