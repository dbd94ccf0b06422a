using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests.Brokers;

/// <summary>One broker for all test classes of a collection; every test uses topics of its own.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private BrokerProcess? _broker;

    internal string Bootstrap => Broker.Bootstrap;

    internal BrokerProcess Broker => _broker ?? throw new InvalidOperationException("the broker is not started");

    public static string NewTopic(string purpose) => $"{purpose}-{Guid.NewGuid():N}"[..(purpose.Length + 9)];

    public async Task InitializeAsync()
    {
        await ClientInstallation.EnsureAsync();
        string directory = WrittenLogs.NewDirectory("shared");
        _broker = await TestedBroker.StartAsync(directory, BrokerSettings.ForTests);
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

    /// <summary>Creates a topic by a client that is not under test and waits until it can be published to.</summary>
    internal async Task<string> CreateTopicAsync(string purpose, int partitions = 1, params string[] configs)
    {
        string topic = NewTopic(purpose);
        await TopicSetup.CreateAsync(Bootstrap, topic, partitions, configs);
        return topic;
    }
}

/// <summary>The broker of the tests of client libraries.</summary>
[CollectionDefinition(Name)]
public sealed class SharedBroker : ICollectionFixture<BrokerFixture>
{
    public const string Name = "one broker";
}

/// <summary>The broker of the tests of command-line tools and frameworks, which run beside the others.</summary>
[CollectionDefinition(Name)]
public sealed class ToolsBroker : ICollectionFixture<BrokerFixture>
{
    public const string Name = "one broker for tools";
}
