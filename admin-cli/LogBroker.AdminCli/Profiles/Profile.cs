using System.Text.Json.Serialization;

namespace LogBroker.AdminCli.Profiles;

/// <summary>A cluster the user has given a name.</summary>
internal sealed record Profile
{
    /// <summary>Brokers to ask for the cluster, as <c>host:port</c>, separated by commas.</summary>
    public string? BootstrapServers { get; init; }

    /// <summary>The same, the default where none was said.</summary>
    [JsonIgnore]
    public string Servers => BootstrapServers ?? ConnectionSettings.DefaultServers;

    /// <summary>Whether verbs that destroy ask first, whatever else was said.</summary>
    public bool IsProduction { get; init; }

    /// <summary>The settings of the client by Kafka's names: <c>security.protocol</c>, <c>sasl.mechanism</c> and the like.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];
}

/// <summary>All profiles of a user.</summary>
internal sealed record ProfileBook
{
    /// <summary>The profile that is used when none is named.</summary>
    public string? Current { get; init; }

    /// <summary>The one that was used before it, for <c>profile use -</c>.</summary>
    public string? Previous { get; init; }

    public SortedDictionary<string, Profile> Profiles { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The profile marked production that has one of these servers; null when there is none.</summary>
    public string? ProductionOf(string servers) =>
        Profiles.FirstOrDefault(profile => profile.Value.IsProduction && ServerList.Meet(profile.Value.Servers, servers)).Key;
}
