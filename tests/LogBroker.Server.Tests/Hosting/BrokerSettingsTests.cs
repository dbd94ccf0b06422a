using System.Collections;
using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Hosting;

public sealed class BrokerSettingsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Load_SameSettingInEveryLayer_FlagWinsThenEnvironmentThenFile()
    {
        File.WriteAllText(_file, "num.partitions=1\nbroker.rack=file\nnode.id=7\nnode.id=8\n");
        var environment = new Hashtable { ["LOGBROKER_NUM_PARTITIONS"] = "2", ["LOGBROKER_BROKER_RACK"] = "environment", ["PATH"] = "x" };

        BrokerSettings settings = BrokerSettings.Load(
            new BrokerSettingCatalogue(), CommandLine.Parse(["--set", "num.partitions=3"]).Settings, environment, _file);

        Assert.Equal(3, settings.Int32("num.partitions"));
        Assert.Equal("environment", settings.Text("broker.rack"));
        Assert.Equal(8, settings.Int32("node.id"));
        Assert.True(settings.Boolean("auto.create.topics.enable"));
        Assert.Equal(SettingSource.Flag, settings.Given["num.partitions"].Source);
        Assert.Equal(SettingSource.Environment, settings.Given["broker.rack"].Source);
        Assert.Equal(SettingSource.File, settings.Given["node.id"].Source);
        Assert.False(settings.IsGiven("auto.create.topics.enable"));
    }

    [Fact]
    public void Load_SeveralProblems_AllAreNamedWithOriginAndNearestName()
    {
        File.WriteAllText(_file, "\nnum.partition=3\nauto.create.topics.enable=maybe\nzzz=1\n");

        var bad = Assert.Throws<SettingsException>(() => BrokerSettings.Load(
            new BrokerSettingCatalogue(), [], new Hashtable { ["LOGBROKER_NODE_ID"] = "one" }, _file));

        Assert.Equal(
            [
                $"Unknown setting 'num.partition' (file {_file}, line 2): did you mean 'num.partitions'?",
                $"Unknown setting 'zzz' (file {_file}, line 4).",
                "Invalid value maybe for configuration auto.create.topics.enable: Expected value to be either true or false " +
                    $"(file {_file}, line 3).",
                "Invalid value one for configuration node.id: Not a number of type INT (environment variable LOGBROKER_NODE_ID).",
            ],
            bad.Problems.AsEnumerable());
    }

    [Fact]
    public void Load_MissingFile_IsRefused() =>
        Assert.Contains("/no/such/file", Assert.Throws<SettingsException>(() => BrokerSettings.Load(
            new BrokerSettingCatalogue(), [], TestSettings.NoEnvironment, "/no/such/file")).Message, StringComparison.Ordinal);

    [Fact]
    public void Milliseconds_NegativeOrHuge_IsUnlimited()
    {
        Assert.Equal(TimeSpan.MaxValue, TestSettings.Load("connections.max.idle.ms=-1").Milliseconds("connections.max.idle.ms"));
        Assert.Equal(TimeSpan.MaxValue,
            TestSettings.Load($"connections.max.idle.ms={long.MaxValue}").Milliseconds("connections.max.idle.ms"));
        Assert.Equal(TimeSpan.FromSeconds(2),
            TestSettings.Load("connections.max.idle.ms=2000").Milliseconds("connections.max.idle.ms"));
    }
}
