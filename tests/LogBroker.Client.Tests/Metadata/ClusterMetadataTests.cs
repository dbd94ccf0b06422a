using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Metadata;

/// <summary>When the cluster is asked, and about what.</summary>
public sealed class ClusterMetadataTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Refresh_ByManyAtOnce_AsksFewTimes()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient(broker.Bootstrap);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.Cluster.Metadata.RefreshAsync(default).AsTask()));

        Assert.InRange(broker.CountOf(ApiKey.Metadata), 1, 10);
    }

    [Fact]
    public async Task RequestRefresh_InABurst_IsAnsweredTogether()
    {
        var time = new ManualTimeProvider();
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient(new ClientOptions { BootstrapServers = [broker.Bootstrap], TimeProvider = time });
        var rest = client.Cluster.Options.RetryBackoff;
        var before = await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Patience);

        for (int i = 0; i < 1000; i++) client.Cluster.Metadata.RequestRefresh("a test");
        await Consuming.Filling.UntilAsync(() => time.HasTimerIn(rest), "the complaints rest");
        time.Advance(rest);
        await client.Cluster.Metadata.WhenChangedAsync(before, default).WaitAsync(Patience);
        await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Patience); // behind any other that was under way

        Assert.Equal(3, broker.CountOf(ApiKey.Metadata));
    }

    [Fact]
    public async Task Refresh_WhileAComplaintRests_IsNotKeptWaiting()
    {
        var time = new ManualTimeProvider();
        var rest = TimeSpan.FromSeconds(7);
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient(new ClientOptions
        {
            BootstrapServers = [broker.Bootstrap],
            RetryBackoff = rest,
            RetryBackoffMax = rest,
            TimeProvider = time,
        });
        await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Patience);
        client.Cluster.Metadata.RequestRefresh("a test");
        await Consuming.Filling.UntilAsync(() => time.HasTimerIn(rest), "the complaint rests");

        await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Patience);

        Assert.Equal(2, broker.CountOf(ApiKey.Metadata));
    }

    [Fact]
    public async Task Snapshot_OldEnough_IsRefreshedUnasked()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient(
            new ClientOptions { BootstrapServers = [broker.Bootstrap], MetadataAgeMax = TimeSpan.FromMilliseconds(50) });
        var first = await client.Cluster.Metadata.RefreshAsync(default);

        await client.Cluster.Metadata.WhenChangedAsync(first, default).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Topic_OnlyThoseUsed_AreAskedFor()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new LogBrokerClient(broker.Bootstrap);

        await client.Cluster.Metadata.TopicAsync("a", mayCreate: false, default);
        await client.Cluster.Metadata.TopicAsync("b", mayCreate: false, default);

        var last = broker.Requests.Select(seen => seen.Request).OfType<MetadataRequest>().Last();
        Assert.Equal(["a", "b"], last.Topics!.Value.Select(topic => topic.Name).Order());
        Assert.False(last.AllowAutoTopicCreation);
    }

    [Fact]
    public async Task Topic_ThatMayBeCreated_IsAskedForAgainWithThatRight()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<MetadataRequest>((request, _) =>
        {
            var answer = broker.Cluster(request);
            return request.AllowAutoTopicCreation
                ? answer
                : new MetadataResponse
                {
                    Brokers = answer.Brokers,
                    Topics = [.. request.Topics!.Value.Select(topic => new MetadataResponse.MetadataResponseTopic
                    {
                        Name = topic.Name,
                        ErrorCode = ErrorCode.UnknownTopicOrPartition,
                    })],
                };
        });
        await using var client = new LogBrokerClient(broker.Bootstrap);

        var topic = await client.Cluster.Metadata.TopicAsync("fresh", mayCreate: true, default);

        Assert.Single(topic.Partitions);
    }

    [Fact]
    public async Task Topic_ThatMayNotBeSeen_FailsAtOnce()
    {
        await using var broker = new ScriptedBroker();
        broker.Answer<MetadataRequest>((request, _) => new MetadataResponse
        {
            Brokers = broker.Cluster(request).Brokers,
            Topics = [.. request.Topics!.Value.Select(topic => new MetadataResponse.MetadataResponseTopic
            {
                Name = topic.Name,
                ErrorCode = ErrorCode.TopicAuthorizationFailed,
            })],
        });
        await using var client = new LogBrokerClient(broker.Bootstrap);

        var failure = await Assert.ThrowsAsync<KafkaException>(
            () => client.Cluster.Metadata.TopicAsync("secret", mayCreate: false, default).AsTask());

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, failure.ErrorCode);
        Assert.Contains("ACL", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_ToldToStartOver_AsksTheBootstrapServers()
    {
        await using var first = new ScriptedBroker();
        await using var second = new ScriptedBroker();
        int port = LoopbackPort.FindFree();
        await using var proxy = new FaultProxy(port, first.Port);
        await using var client = new LogBrokerClient($"127.0.0.1:{port}");
        await client.Cluster.Metadata.RefreshAsync(default);

        first.Answer<MetadataRequest>((_, _) => new MetadataResponse { ErrorCode = ErrorCode.RebootstrapRequired });
        proxy.BrokerPort = second.Port;

        var after = await client.Cluster.Metadata.RefreshAsync(default);
        Assert.Equal(second.Port, after.Brokers[1].Port);
    }

    [Fact]
    public async Task Topic_ThatMayBeCreated_IsCreatedWhileAllAreWatched()
    {
        await using var broker = NamelessBroker(ErrorCode.UnknownTopicOrPartition);
        await using var client = new LogBrokerClient(broker.Bootstrap);
        using var all = client.Cluster.Metadata.Interests.WatchAll();

        var topic = await client.Cluster.Metadata.TopicAsync("fresh", mayCreate: true, default);

        Assert.Single(topic.Partitions);
    }

    [Fact]
    public async Task Topic_ThatMayNotBeSeen_FailsAtOnceWhileAllAreWatched()
    {
        await using var broker = NamelessBroker(ErrorCode.TopicAuthorizationFailed);
        await using var client = new LogBrokerClient(broker.Bootstrap);
        using var all = client.Cluster.Metadata.Interests.WatchAll();

        var failure = await Assert.ThrowsAsync<KafkaException>(
            () => client.Cluster.Metadata.TopicAsync("secret", mayCreate: false, default).AsTask());

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, failure.ErrorCode);
    }

    [Fact]
    public async Task Refresh_FailingOnceAfterAPause_StillAsksTheBrokersKnown()
    {
        var time = new ManualTimeProvider();
        await using var broker = new ScriptedBroker();
        int port = LoopbackPort.FindFree();
        var bootstrap = new FaultProxy(port, broker.Port);
        await using var client = new LogBrokerClient(new ClientOptions { BootstrapServers = [$"127.0.0.1:{port}"], TimeProvider = time });
        var before = await client.Cluster.Metadata.RefreshAsync(default).AsTask().WaitAsync(Patience);
        await bootstrap.DisposeAsync();
        int failures = 0;
        broker.Answer<MetadataRequest>((request, _) => Interlocked.Increment(ref failures) == 1
            ? new MetadataResponse { ErrorCode = ErrorCode.RequestTimedOut }
            : broker.Cluster(request));

        time.Advance(client.Cluster.Options.RebootstrapTrigger + TimeSpan.FromSeconds(1));
        client.Cluster.Metadata.RequestRefresh("a test");

        using var limit = new CancellationTokenSource(Patience);
        while (client.Cluster.Metadata.Current == before)
        {
            await Task.Delay(10, limit.Token);
            time.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.True(failures >= 2);
    }

    [Fact]
    public async Task Refresh_ToldToStartOverWithRecoveryOff_FailsInstead()
    {
        await using var first = new ScriptedBroker();
        await using var second = new ScriptedBroker();
        int port = LoopbackPort.FindFree();
        await using var proxy = new FaultProxy(port, first.Port);
        await using var client = new LogBrokerClient(
            new ClientOptions { BootstrapServers = [$"127.0.0.1:{port}"], MetadataRecovery = MetadataRecovery.None });
        await client.Cluster.Metadata.RefreshAsync(default);

        first.Answer<MetadataRequest>((_, _) => new MetadataResponse { ErrorCode = ErrorCode.RebootstrapRequired });
        proxy.BrokerPort = second.Port;

        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Cluster.Metadata.RefreshAsync(default).AsTask());
        Assert.Equal(ErrorCode.RebootstrapRequired, failure.ErrorCode);
        Assert.Equal(0, second.CountOf(ApiKey.Metadata));
    }

    /// <summary>A broker that does not mention a topic unless it is named, and gives it an error unless it may be created.</summary>
    private static ScriptedBroker NamelessBroker(ErrorCode error)
    {
        var broker = new ScriptedBroker();
        broker.Answer<MetadataRequest>((request, _) => request.Topics is not { } topics || request.AllowAutoTopicCreation
            ? broker.Cluster(request)
            : new MetadataResponse
            {
                Brokers = broker.Cluster(request).Brokers,
                Topics = [.. topics.Select(topic => new MetadataResponse.MetadataResponseTopic { Name = topic.Name, ErrorCode = error })],
            });
        return broker;
    }
}
