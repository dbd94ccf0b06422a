using System.Collections;
using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Hosting;

/// <summary>Settings and options for tests, from KEY=VALUE flags.</summary>
internal static class TestSettings
{
    public static readonly IDictionary NoEnvironment = new Dictionary<string, string>();

    public static BrokerSettings Load(params string[] pairs) => BrokerSettings.Load(
        new BrokerSettingCatalogue(), CommandLine.Parse(["--set", .. pairs.DefaultIfEmpty("num.partitions=1")]).Settings,
        NoEnvironment, null);

    public static BrokerOptions Read(params string[] pairs) => BrokerOptionsReader.Read(Load(pairs));

    /// <summary>Free ports on loopback only.</summary>
    public static BrokerOptions Ephemeral(params string[] pairs) =>
        Read(["listeners=PLAINTEXT://127.0.0.1:0", "http.listeners=http://127.0.0.1:0", "log.level=off", .. pairs]);
}
