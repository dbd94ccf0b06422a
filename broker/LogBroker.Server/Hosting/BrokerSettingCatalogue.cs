using LogBroker.Metadata.Configs;

namespace LogBroker.Server.Hosting;

/// <summary>The settings of brokers, Kafka's and ours, as the catalogue of the metadata room knows them.</summary>
public sealed class BrokerSettingCatalogue : ISettingCatalogue
{
    /// <inheritdoc/>
    public bool Contains(string name) => BrokerConfigs.TryGet(name, out _);

    /// <inheritdoc/>
    public string? DefaultOf(string name) => BrokerConfigs.TryGet(name, out ConfigDefinition? definition) ? definition.Default : null;

    /// <inheritdoc/>
    public string? Check(string name, string value)
    {
        var given = new KeyValuePair<string, string>(name, value);
        return BrokerConfigs.CheckStatic([given]) is [var error, ..] ? error.Message : null;
    }

    /// <inheritdoc/>
    public string? NearestTo(string name) => BrokerConfigs.Schema.NearestTo(name);
}
