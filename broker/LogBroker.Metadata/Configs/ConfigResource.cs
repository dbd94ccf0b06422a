namespace LogBroker.Metadata.Configs;

/// <summary>What settings belong to, numbered as in the protocol.</summary>
public enum ConfigResourceType : sbyte
{
    Unknown = 0,
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
    Group = 32,
}

/// <summary>A topic, a group, or a broker by the text of its id; the broker named "" stands for all brokers.</summary>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>Settings of all brokers that no broker's own setting overrules.</summary>
    public static readonly ConfigResource ClusterDefault = new(ConfigResourceType.Broker, "");

    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    public static ConfigResource Group(string name) => new(ConfigResourceType.Group, name);

    public static ConfigResource Broker(int id) =>
        new(ConfigResourceType.Broker, id.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
