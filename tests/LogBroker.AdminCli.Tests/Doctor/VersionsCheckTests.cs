using LogBroker.AdminCli.Doctor;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests.Doctor;

public sealed class VersionsCheckTests
{
    [Fact]
    public void Compare_OfBrokersThatAreAlike_FindsNothing() =>
        Assert.Empty(new VersionsCheck().Compare(new Dictionary<int, BrokerVersions> { [1] = Broker(17, 25, 25), [2] = Broker(17, 25, 25) }));

    [Fact]
    public void Compare_OfAMix_NamesTheBrokersAndWhatDiffers()
    {
        Dictionary<int, BrokerVersions> brokers = new() { [1] = Broker(17, 25, 20), [2] = Broker(16, 20, 20, ApiKey.ShareFetch), [3] = Broker(17, 25, 20) };

        Finding mix = Assert.Single(new VersionsCheck().Compare(brokers));

        Assert.Equal(Verdict.Warning, mix.Verdict);
        Assert.Equal("broker 2 is of another version than brokers 1, 3: Fetch 4-16, not 4-17; ShareFetch 1 as well; feature metadata.version 1-20, not 1-25", mix.Message);
    }

    [Fact]
    public void Compare_OfManyDifferences_NamesSome()
    {
        var many = Broker(17, 25, 25, ApiKey.ShareFetch, ApiKey.ShareAcknowledge, ApiKey.ShareGroupDescribe, ApiKey.ShareGroupHeartbeat, ApiKey.Vote, ApiKey.AddRaftVoter);

        Finding mix = Assert.Single(new VersionsCheck().Compare(new Dictionary<int, BrokerVersions> { [1] = many, [2] = Broker(17, 25, 25) }));

        Assert.StartsWith("broker 2 is of another version than broker 1: no AddRaftVoter; no ShareAcknowledge;", mix.Message, StringComparison.Ordinal);
        Assert.EndsWith("; and 1 more", mix.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OfAFeatureBelowWhatAllCanDo_SaysHowToRaiseIt()
    {
        Finding behind = Assert.Single(new VersionsCheck().Compare(new Dictionary<int, BrokerVersions> { [1] = Broker(17, 25, 20), [2] = Broker(17, 25, 20) }));

        Assert.Equal(Verdict.Ok, behind.Verdict);
        Assert.Equal("the cluster has agreed on level 20 of feature metadata.version, and all brokers can do 25", behind.Message);
        Assert.Contains("--feature metadata.version=25", behind.Advice, StringComparison.Ordinal);
    }

    private static BrokerVersions Broker(short fetchMax, short levelMax, short level, params ApiKey[] more)
    {
        var apis = more.ToDictionary(api => api, _ => new VersionRange(1, 1));
        apis[ApiKey.Fetch] = new VersionRange(4, fetchMax);
        return new BrokerVersions(apis, new Dictionary<string, FeatureDescription> { ["metadata.version"] = new("metadata.version", 1, levelMax, level) });
    }
}
