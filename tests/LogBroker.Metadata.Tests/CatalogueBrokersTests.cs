using System.Collections.Concurrent;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Store;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Tests;

/// <summary>Brokers that come and go, and several that share one store.</summary>
public sealed class CatalogueBrokersTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(9);

    private readonly ManualTimeProvider _time = new();
    private readonly IMetadataStore _store;

    public CatalogueBrokersTests() => _store = CatalogueHost.OpenStore(":memory:", _time);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Join_Broker_IsInTheImageUntilItLeaves()
    {
        await using var host = await CatalogueHost.StartAsync(_store, 1);
        var membership = host.Catalogue.Membership(CatalogueHost.Registration(2), TimeToLive);

        Assert.Null(await membership.JoinAsync(None));

        var broker = host.Catalogue.Image.Brokers[2];
        Assert.Equal("even", broker.Rack);
        Assert.Equal(new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 9094), Assert.Single(broker.Endpoints));
        var gone = NextChangeAsync(host);
        await membership.LeaveAsync(None);
        Assert.Empty((await gone).Brokers);
    }

    [Fact]
    public async Task Join_SilentBroker_GoesWhenItsLeaseEnds()
    {
        await using var host = await CatalogueHost.StartAsync(_store, 1);
        await host.Catalogue.Membership(CatalogueHost.Registration(1), TimeToLive).JoinAsync(None);
        var gone = NextChangeAsync(host);

        _time.Advance(TimeToLive);

        Assert.Empty((await gone).Brokers);
    }

    [Fact]
    public async Task Join_SameDirectory_TakesOver()
    {
        await using var host = await CatalogueHost.StartAsync(_store, 1);
        await host.Catalogue.Membership(CatalogueHost.Registration(1), TimeToLive).JoinAsync(None);
        long epoch = host.Catalogue.Image.Brokers[1].Epoch;
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await host.Catalogue.Membership(CatalogueHost.Registration(1), TimeToLive).JoinAsync(None));
        _time.Advance(TimeSpan.FromSeconds(5));
        await host.Catalogue.AllocateProducerIdsAsync(1, None);

        // The first process' lease is over, the second's is not.
        Assert.True(host.Catalogue.Image.Brokers[1].Epoch > epoch);
        Assert.Single((await _store.ReadAsync("brokers/", None)).Entries);
    }

    [Fact]
    public async Task Join_OtherDirectory_IsRefusedUntilTheLeaseEnds()
    {
        await using var host = await CatalogueHost.StartAsync(_store, 1);
        await host.Catalogue.Membership(CatalogueHost.Registration(1), TimeToLive).JoinAsync(None);
        var other = host.Catalogue.Membership(
            CatalogueHost.Registration(1) with { DirectoryId = Guid.NewGuid() }, TimeToLive);

        Assert.Equal(ErrorCode.DuplicateBrokerRegistration, (await other.JoinAsync(None))!.Code);
        var gone = NextChangeAsync(host);
        _time.Advance(TimeToLive);
        await gone;

        Assert.Null(await other.JoinAsync(None));
    }

    [Fact]
    public async Task Create_SeveralBrokersShareAStore_AllSeeTheSameAndNoneTakesANameTwice()
    {
        const int Brokers = 3, Names = 20;
        var hosts = new List<CatalogueHost>();
        for (int id = 1; id <= Brokers; id++)
        {
            hosts.Add(await CatalogueHost.StartAsync(_store, id));
            Assert.Null(await hosts[^1].JoinAsync(id));
        }

        var results = new ConcurrentBag<CreateTopicResult>();
        await Task.WhenAll(hosts.Select(host => Task.Run(async () =>
        {
            for (int i = 0; i < Names; i++)
                results.Add(await host.Catalogue.CreateTopicAsync(new NewTopic { Name = $"t{i}" }, None));
        })));

        Assert.Equal(Names, results.Count(result => result.Error is null));
        Assert.All(results.Where(result => result.Error is not null),
            result => Assert.Equal(ErrorCode.TopicAlreadyExists, result.Error!.Code));
        foreach (var host in hosts)
        {
            // Refused or not, a command is planned on all that was done before it.
            Assert.Equal(
                ErrorCode.TopicAlreadyExists,
                (await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "t0" }, None)).Error!.Code);
            Assert.Equal(Names, host.Catalogue.Image.Topics.Count);
            Assert.Equal("cluster-of-1", host.Catalogue.Image.ClusterId);
            Assert.Equal([1, 2, 3], host.Catalogue.Image.Brokers.Keys);
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task Create_SeveralReplicas_AreSpreadOverTheBrokers()
    {
        await using var host = await CatalogueHost.StartAsync(_store, 1);
        for (int id = 1; id <= 3; id++) await host.JoinAsync(id);

        var result = await host.Catalogue.CreateTopicAsync(
            new NewTopic { Name = "t", PartitionCount = 6, ReplicationFactor = 2 }, None);
        var uneven = await host.Catalogue.CreateTopicAsync(
            new NewTopic { Name = "u", Assignments = [new(0, [1, 2]), new(1, [3])] }, None);

        Assert.All(result.Topic!.Partitions, partition => Assert.Equal(2, partition.Replicas.Distinct().Count()));
        Assert.All(result.Topic.Partitions.CountBy(partition => partition.Leader), pair => Assert.Equal(2, pair.Value));
        Assert.Equal(
            "The manual partition assignment includes a partition with 1 replica(s), but this is not consistent with previous " +
            "partitions, which have 2 replica(s).",
            uneven.Error!.Message);
    }

    [Fact]
    public async Task AllocateProducerIds_Concurrently_NeverOverlap()
    {
        await using var host = await CatalogueHost.StartAsync(_store, 1);

        var blocks = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => Task.Run(() => host.Catalogue.AllocateProducerIdsAsync(1000, None))));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 1000L), blocks.Select(block => block.First).Order());
    }

    [Fact]
    public async Task Changed_EveryChange_IsToldInOrderBeforeTheCommandReturns()
    {
        await using var host = await CatalogueHost.StartAsync(_store, 1);
        await host.JoinAsync(1);
        var told = new List<(long Before, long After)>();
        host.Catalogue.Changed += (before, after) => told.Add((before.Revision, after.Revision));

        await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "a" }, None);
        int afterFirst = told.Count;
        await host.Catalogue.DeleteTopicsAsync([new("a", default)], None);

        Assert.Equal(1, afterFirst);
        Assert.Equal(2, told.Count);
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.Equal(pair.First.After, pair.Second.Before));
    }

    [Fact]
    public async Task Run_FellBehindTheHistory_ReadsAfresh()
    {
        var catalogue = await CatalogueHost.StartAsync(_store, 1);
        await catalogue.JoinAsync(1);
        await catalogue.Catalogue.CreateTopicAsync(new NewTopic { Name = "a" }, None);
        var stale = MetadataImage.Empty;
        var follower = new ImageFollower(
            _store, stale, _time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await _store.CompactAsync(catalogue.Catalogue.Image.Revision, None);
        using var stop = new CancellationTokenSource();

        var run = follower.RunAsync(stop.Token);
        await follower.WaitForAsync(catalogue.Catalogue.Image.Revision, None);

        Assert.Equal(["a"], follower.Image.Topics.Keys);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await Assert.ThrowsAsync<InvalidOperationException>(() => follower.WaitForAsync(1000, None));
        await catalogue.DisposeAsync();
    }

    private static Task<MetadataImage> NextChangeAsync(CatalogueHost host)
    {
        var next = new TaskCompletionSource<MetadataImage>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Catalogue.Changed += (_, after) => next.TrySetResult(after);
        return next.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
