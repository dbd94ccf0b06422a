using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Connections;

/// <summary>Which versions of which APIs one broker offers, as it told when the connection was made, and which cluster features are
/// finalized.</summary>
internal sealed class ApiVersionTable
{
    private readonly VersionRange?[] _offered = new VersionRange?[(int)ApiCatalog.All[^1].Key + 1];
    private readonly ImmutableArray<ApiVersionsResponse.FinalizedFeatureKey> _finalized;

    public ApiVersionTable(ApiVersionsResponse response)
    {
        foreach (var api in response.ApiKeys)
        {
            if ((uint)api.ApiKey < (uint)_offered.Length) _offered[api.ApiKey] ??= new VersionRange(api.MinVersion, api.MaxVersion);
        }
        _finalized = response.FinalizedFeatures;
    }

    /// <summary>The level of a cluster feature (KIP-584), such as <c>group.version</c> or <c>transaction.version</c>; 0 when it is not
    /// there.</summary>
    public short FinalizedLevel(string feature)
    {
        foreach (var finalized in _finalized)
        {
            if (finalized.Name == feature) return finalized.MaxVersionLevel;
        }
        return 0;
    }

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
        if (Offered(api) is not { } offered || ApiCatalog.Find(api) is not { } known) return false;
        short max = Math.Min(Math.Min(offered.Max, known.HighestStable), versionMax);
        if (max < offered.Min || max < known.Versions.Min) return false;
        version = max;
        return true;
    }

    /// <exception cref="KafkaException">The broker offers no version of the API that the client speaks.</exception>
    public short Pick(ApiKey api, short versionMax, BrokerNode broker)
    {
        if (TryPick(api, versionMax, out short version)) return version;
        string offered = Offered(api) is { } range ? $"versions {range}" : "no version";
        throw new KafkaException(
            ErrorCode.UnsupportedVersion,
            $"The {broker} offers {offered} of {api}; this client needs {ApiCatalog.Find(api)?.StableVersions}" +
            $"{(versionMax == short.MaxValue ? "" : $", at most {versionMax} here")}.");
    }

    private VersionRange? Offered(ApiKey api) => (uint)api < (uint)_offered.Length ? _offered[(int)api] : null;
}
