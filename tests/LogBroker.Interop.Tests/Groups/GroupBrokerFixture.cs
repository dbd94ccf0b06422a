using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests.Groups;

/// <summary>The broker of the group tests, which kill it and start it again; each has a group and a topic of its own.</summary>
public sealed class GroupBrokerFixture : IAsyncLifetime
{
    private BrokerProcess? _broker;

    internal BrokerProcess Broker => _broker ?? throw new InvalidOperationException("the broker is not started");

    public async Task InitializeAsync()
    {
        await ClientInstallation.EnsureAsync();
        var settings = new Dictionary<string, string>(BrokerSettings.ForTests);
        // Kafka's own script sets it already: the first member need not wait for others.
        if (!InteropEnvironment.TargetIsKafka)
        {
            settings["group.initial.rebalance.delay.ms"] = "0";
        }

        _broker = await TestedBroker.StartAsync(WrittenLogs.NewDirectory("groups"), settings);
    }

    public async Task DisposeAsync()
    {
        try
        {
            await Broker.StopAsync();
        }
        finally
        {
            Broker.Dispose();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class GroupBroker : ICollectionFixture<GroupBrokerFixture>
{
    public const string Name = "a broker that is killed under groups";
}
