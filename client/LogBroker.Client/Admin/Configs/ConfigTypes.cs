using System.Collections.Immutable;
using System.Globalization;

namespace LogBroker.Client;

/// <summary>What has settings; the values are the protocol's.</summary>
public enum ConfigResourceType
{
    /// <summary>A kind this client does not know.</summary>
    Unknown = 0,

    /// <summary>A topic.</summary>
    Topic = 2,

    /// <summary>A broker, or all of them.</summary>
    Broker = 4,

    /// <summary>The levels of a broker's loggers.</summary>
    BrokerLogger = 8,

    /// <summary>A subscription to clients' metrics (KIP-714).</summary>
    ClientMetrics = 16,

    /// <summary>A group (KIP-848).</summary>
    Group = 32,
}

/// <summary>Something that has settings.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Name">Its name.</param>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>The defaults of all brokers.</summary>
    public static ConfigResource BrokerDefaults => new(ConfigResourceType.Broker, "");

    /// <summary>A topic.</summary>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    /// <summary>One broker.</summary>
    public static ConfigResource Broker(int id) => new(ConfigResourceType.Broker, id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The levels of a broker's loggers.</summary>
    public static ConfigResource BrokerLogger(int id) =>
        new(ConfigResourceType.BrokerLogger, id.ToString(CultureInfo.InvariantCulture));

    /// <summary>A group.</summary>
    public static ConfigResource Group(string id) => new(ConfigResourceType.Group, id);

    /// <summary>A subscription to clients' metrics.</summary>
    public static ConfigResource ClientMetrics(string name) => new(ConfigResourceType.ClientMetrics, name);

    /// <summary>The broker that must be asked, where not any will do.</summary>
    internal int? BrokerId => Type is ConfigResourceType.Broker or ConfigResourceType.BrokerLogger
        && int.TryParse(Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {(Name.Length == 0 ? "(default)" : Name)}";
}

/// <summary>Where a setting's value comes from; the values are the protocol's.</summary>
public enum ConfigSource
{
    /// <summary>A source this client does not know.</summary>
    Unknown = 0,

    /// <summary>Set for the topic.</summary>
    Topic = 1,

    /// <summary>Set for the broker while it runs.</summary>
    DynamicBroker = 2,

    /// <summary>Set for all brokers while they run.</summary>
    DynamicBrokerDefault = 3,

    /// <summary>From the broker's file.</summary>
    StaticBroker = 4,

    /// <summary>Nobody set it.</summary>
    Default = 5,

    /// <summary>Set for the logger while the broker runs.</summary>
    DynamicBrokerLogger = 6,

    /// <summary>Set for the subscription to clients' metrics.</summary>
    ClientMetrics = 7,

    /// <summary>Set for the group.</summary>
    Group = 8,
}

/// <summary>A setting and its value.</summary>
/// <param name="Name">Kafka's name of it.</param>
/// <param name="Value">Its value; null when it has none or is secret.</param>
/// <param name="Source">Where the value comes from.</param>
public sealed record ConfigEntry(string Name, string? Value, ConfigSource Source)
{
    /// <summary>Whether it can only be set in the broker's file.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether its value is secret.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>What it does, if asked for.</summary>
    public string? Documentation { get; init; }

    /// <summary>The values that would count if this one were not there, the strongest first, if asked for.</summary>
    public ImmutableArray<ConfigEntry> Synonyms { get; init; } = [];

    /// <summary>Whether nobody set it.</summary>
    public bool IsDefault => Source == ConfigSource.Default;
}

/// <summary>One change of a setting.</summary>
public sealed record ConfigChange
{
    private ConfigChange(string name, sbyte operation, string? value)
    {
        Name = name;
        Operation = operation;
        Value = value;
    }

    /// <summary>Kafka's name of the setting.</summary>
    public string Name { get; }

    /// <summary>The value that is set, appended or removed.</summary>
    public string? Value { get; }

    internal sbyte Operation { get; }

    /// <summary>Gives it a value.</summary>
    public static ConfigChange Set(string name, string value) => new(name, 0, value);

    /// <summary>Gives it its default again.</summary>
    public static ConfigChange Reset(string name) => new(name, 1, null);

    /// <summary>Adds to a list.</summary>
    public static ConfigChange Append(string name, string value) => new(name, 2, value);

    /// <summary>Takes from a list.</summary>
    public static ConfigChange Subtract(string name, string value) => new(name, 3, value);
}
