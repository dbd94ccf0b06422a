using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

public sealed class ClusterTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Info_TellsTheBrokers()
    {
        string topic = await _target.CreateTopicAsync("counted", 3);
        await _target.ProduceAsync(topic, 5);

        var info = (await _cli.RunAsync("cluster info -o json")).Done().Json;

        Assert.Equal(_target.Port, (int)info["brokers"]![0]!["port"]!);
        Assert.True((int)info["brokers"]![0]!["leads"]! >= 3);
        Assert.True((long)info["brokers"]![0]!["bytes"]! > 0);
        Assert.NotEmpty((string)info["clusterId"]!);
    }

    [Fact]
    public async Task Health_OfAHealthyCluster_EndsWithZero() =>
        Assert.StartsWith("healthy\ttrue\nbrokers\t1\n", (await _cli.RunAsync("cluster health")).Done().Output, StringComparison.Ordinal);

    [Fact]
    public async Task Health_UntilHealthy_EndsWhenItIs() =>
        Assert.True((bool)(await _cli.RunAsync("cluster health --exit-when-healthy -o json")).Done().Json["healthy"]!);

    [Fact]
    public async Task Features_AreThoseTheBrokerHas()
    {
        await using var client = _target.NewClient();
        IEnumerable<string> features = (await client.Admin.Cluster.DescribeFeaturesAsync()).Keys;

        Assert.Equal(features.Order(StringComparer.Ordinal), (await _cli.RunAsync("cluster features")).Done().Lines.Select(line => line.Split('\t')[0]).Order(StringComparer.Ordinal));
    }
}
