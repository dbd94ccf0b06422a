using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Transactions as clusters of today have them: an epoch each, partitions join with what is written (KIP-890).</summary>
public sealed class CurrentTransactionTests : TransactionTests
{
    [KafkaOnlyFact]
    public async Task Commit_AfterTheCoordinatorRestarted_GoesThrough()
    {
        await using var target = await ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("restart");
        await using var client = target.NewClient(Impatience.Of);
        await using var producer = client.CreateTransactionalProducer<string, string>(ClientTarget.NewName("tx"));
        await producer.BeginTransactionAsync();
        await producer.ProduceAsync(topic, "key", "before");

        await target.StopAsync();
        await target.StartAgainAsync();
        await producer.ProduceAsync(topic, "key", "after");
        await producer.CommitAsync();

        Assert.Equal(["before", "after"], await CommittedAsync(target, topic));
    }

    [KafkaOnlyFact]
    public async Task Commit_AfterTheTransactionTimedOut_IsRefusedAndAfterTheAbortItGoesOn()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("timeout");
        await using var client = target.NewClient();
        await using var late = await BeginAndTimeOutAsync(client, ClientTarget.NewName("tx"), topic);

        var refused = await Assert.ThrowsAsync<TransactionAbortableException>(() => late.CommitAsync());
        Assert.Contains("TransactionTimeout", refused.Message, StringComparison.Ordinal);
        await late.AbortAsync();
        await CommitAsync(late, topic, "good");

        Assert.Equal(["good"], await CommittedAsync(target, topic));
    }

    protected override Task<ClientTarget> TargetAsync() => ClientTarget.SharedAsync();
}

/// <summary>Transactions as clusters before KIP-890 have them: partitions are added, and the epoch stays until records are lost.</summary>
public sealed class EarlierTransactionTests(EarlierTransactionTests.EarlierKafka kafka)
    : TransactionTests, IClassFixture<EarlierTransactionTests.EarlierKafka>
{
    [KafkaOnlyFact]
    public async Task Commit_AfterTheTransactionTimedOut_IsFencedAndTheNextProducerGoesOn()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("timeout");
        string name = ClientTarget.NewName("tx");
        await using var client = target.NewClient();
        await using var late = await BeginAndTimeOutAsync(client, name, topic);

        var fenced = await Assert.ThrowsAsync<ProducerFencedException>(() => late.CommitAsync());
        Assert.Contains("TransactionTimeout", fenced.Message, StringComparison.Ordinal);
        await using var next = client.CreateTransactionalProducer<string, string>(name);
        await CommitAsync(next, topic, "good");

        Assert.Equal(["good"], await CommittedAsync(target, topic));
    }

    protected override Task<ClientTarget> TargetAsync() => Task.FromResult(kafka.Target);

    /// <summary>Apache Kafka with transactions of the level before.</summary>
    public sealed class EarlierKafka : IAsyncLifetime
    {
        private ClientTarget? _target;

        public ClientTarget Target => _target ?? throw new InvalidOperationException("It runs only when Apache Kafka is tested against.");

        public async Task InitializeAsync()
        {
            if (!ClientTarget.IsKafka) return;
            _target = await ClientTarget.StartAsync();
            await using var client = _target.NewClient();
            await client.Admin.Cluster.UpdateFeaturesAsync([new FeatureUpdate("transaction.version", 1, FeatureUpdateType.SafeDowngrade)]);
        }

        public async Task DisposeAsync()
        {
            if (_target is not null) await _target.DisposeAsync();
        }
    }
}
