using System.Globalization;
using LogBroker.Metadata.Configs;

namespace LogBroker.Metadata;

/// <summary>Under which keys the catalogue lies in the store.</summary>
internal static class CatalogueKeys
{
    public const string ClusterId = "cluster/id";

    /// <summary>Followed by a broker's id.</summary>
    public const string Brokers = "brokers/";

    /// <summary>Followed by a topic's name.</summary>
    public const string Topics = "topics/";

    /// <summary>The first number of the next block of producer ids.</summary>
    public const string ProducerIds = "producer-ids";

    /// <summary>Followed by a topic's name with every '.' as '_': no two topics may have the same, since their metrics would
    /// (KIP-4). The value is the topic's name.</summary>
    private const string TopicMetricNames = "topic-metric-names/";

    private const string TopicConfigs = "configs/topic/";
    private const string GroupConfigs = "configs/group/";
    private const string BrokerConfigs = "configs/broker/";
    private const string ClusterDefaultConfigs = "configs/broker-default";

    public static string Topic(string name) => Topics + name;

    public static string TopicMetricName(string name) => TopicMetricNames + TopicNames.MetricName(name);

    public static string Broker(int id) => Brokers + id.ToString(CultureInfo.InvariantCulture);

    public static string Configs(ConfigResource resource) => resource.Type switch
    {
        ConfigResourceType.Topic => TopicConfigs + resource.Name,
        ConfigResourceType.Group => GroupConfigs + resource.Name,
        ConfigResourceType.Broker when resource.Name.Length == 0 => ClusterDefaultConfigs,
        ConfigResourceType.Broker => BrokerConfigs + resource.Name,
        _ => throw new ArgumentOutOfRangeException(nameof(resource), resource.Type, "Not kept in the catalogue."),
    };

    public static bool TryParseConfigs(string key, out ConfigResource resource)
    {
        resource = key == ClusterDefaultConfigs ? ConfigResource.ClusterDefault
            : Suffix(key, TopicConfigs) is { } topic ? ConfigResource.Topic(topic)
            : Suffix(key, GroupConfigs) is { } group ? ConfigResource.Group(group)
            : Suffix(key, BrokerConfigs) is { } broker ? new ConfigResource(ConfigResourceType.Broker, broker)
            : default;
        return resource != default;
    }

    /// <summary>What follows the prefix; null if the key does not begin with it.</summary>
    public static string? Suffix(string key, string prefix) =>
        key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null;
}
