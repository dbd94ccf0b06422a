using System.Collections.Frozen;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Connections;

/// <summary>Which versions of which APIs one broker offers, as it told when the connection was made, and which cluster features are
/// finalized.</summary>
internal sealed class ApiVersionTable
{
    private readonly FrozenDictionary<ApiKey, VersionRange> _offered;
    private readonly FrozenDictionary<string, short> _finalized;

    public ApiVersionTable(ApiVersionsResponse response)
    {
        _offered = response.ApiKeys
            .DistinctBy(api => api.ApiKey)
            .ToFrozenDictionary(api => (ApiKey)api.ApiKey, api => new VersionRange(api.MinVersion, api.MaxVersion));
        _finalized = response.FinalizedFeatures
            .DistinctBy(feature => feature.Name)
            .ToFrozenDictionary(feature => feature.Name, feature => feature.MaxVersionLevel, StringComparer.Ordinal);
    }

    /// <summary>The level of a cluster feature (KIP-584), such as <c>group.version</c> or <c>transaction.version</c>; 0 when it is not
    /// there.</summary>
    public short FinalizedLevel(string feature) => _finalized.GetValueOrDefault(feature);

    /// <summary>Whether both sides know this version of the API, or any when none is given.</summary>
    public bool Supports(ApiKey api, short? version = null) => version is { } wanted
        ? TryPick(api, wanted, out short picked) && picked == wanted
        : TryPick(api, short.MaxValue, out _);

    /// <summary>The highest version both sides know.</summary>
    /// <param name="api">The API.</param>
    /// <param name="versionMax">A bound, for callers that want no higher one.</param>
    /// <param name="version">The version.</param>
    public bool TryPick(ApiKey api, short versionMax, out short version)
    {
        version = -1;
        if (!_offered.TryGetValue(api, out var offered) || ApiCatalog.Find(api) is not { } known) return false;
        short max = Math.Min(Math.Min(offered.Max, known.HighestStable), versionMax);
        if (max < offered.Min || max < known.Versions.Min) return false;
        version = max;
        return true;
    }

    /// <exception cref="KafkaException">The broker offers no version of the API that the client speaks.</exception>
    public short Pick(ApiKey api, short versionMax, BrokerNode broker)
    {
        if (TryPick(api, versionMax, out short version)) return version;
        string offered = _offered.TryGetValue(api, out var range) ? $"versions {range}" : "no version";
        throw new KafkaException(
            ErrorCode.UnsupportedVersion,
            $"The {broker} offers {offered} of {api}; this client needs {ApiCatalog.Find(api)?.StableVersions}" +
            $"{(versionMax == short.MaxValue ? "" : $", at most {versionMax} here")}.");
    }
}
