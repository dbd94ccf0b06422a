namespace LogBroker.Protocol.Messages;

/// <summary>What is declared of one API.</summary>
/// <param name="Key">Its number and name.</param>
/// <param name="Versions">Every version declared.</param>
/// <param name="HighestStable">The highest version whose form is final; those above are not to be advertised.</param>
/// <param name="FirstFlexibleVersion">See <see cref="IVersioned{TSelf}.FirstFlexibleVersion"/>.</param>
public sealed record ApiDescription(ApiKey Key, VersionRange Versions, short HighestStable, short FirstFlexibleVersion)
{
    public string Name => Key.ToString();

    /// <summary>The versions whose form is final.</summary>
    public VersionRange StableVersions => Versions with { Max = HighestStable };

    public bool IsFlexible(short version) => version >= FirstFlexibleVersion;

    public short RequestHeaderVersion(short version) => IsFlexible(version) ? (short)2 : (short)1;

    /// <summary>Always 0 for ApiVersions: a client reads that not knowing what the broker speaks (KIP-511).</summary>
    public short ResponseHeaderVersion(short version) =>
        Key != ApiKey.ApiVersions && IsFlexible(version) ? (short)1 : (short)0;
}
