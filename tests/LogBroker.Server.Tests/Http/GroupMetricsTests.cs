using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Server.Tests.Serving;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Http;

/// <summary>What operators see of groups.</summary>
public sealed class GroupMetricsTests : IAsyncLifetime
{
    private const string LagInRecords = "logbroker_group_lag_records{group=\"g\",topic=\"orders\"}";
    private const string LagInSeconds = "logbroker_group_lag_seconds{group=\"g\",topic=\"orders\"}";

    private TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(("group.initial.rebalance.delay.ms", "0"), ("offsets.topic.num.partitions", "2"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await _broker.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["g"] }, 4)).Coordinators[0].ErrorCode != ErrorCode.None)
            await Task.Delay(10, patience.Token);
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Lag_OfAGroupThatIsBehind_IsToldInRecordsAndInSeconds()
    {
        Guid topic = await _broker.CreateTopicAsync("orders", partitions: 2);
        await ProduceAsync(topic, partition: 0, age: TimeSpan.FromHours(2), records: 2);
        await ProduceAsync(topic, partition: 0, age: TimeSpan.FromHours(1), records: 3);
        await ProduceAsync(topic, partition: 1, age: TimeSpan.FromMinutes(1), records: 4);

        await CommitAsync(2, 1);

        await AwaitMetricAsync("logbroker_groups{protocol=\"classic\",state=\"Empty\"}", 1);
        Assert.Equal(3 + 3, await _broker.ReadMetricAsync(LagInRecords));
        Assert.InRange(await _broker.ReadMetricAsync(LagInSeconds), 3600, 3600 + 300);
    }

    [Fact]
    public async Task Lag_OfAGroupThatHasReadAll_IsNothing()
    {
        Guid topic = await _broker.CreateTopicAsync("orders", partitions: 2);
        await ProduceAsync(topic, partition: 0, age: TimeSpan.FromHours(1), records: 3);

        await CommitAsync(3, 0);
        await AwaitMetricAsync("logbroker_groups{protocol=\"classic\",state=\"Empty\"}", 1);

        string metrics = await _broker.ReadHttpAsync("/metrics");
        Assert.Contains($"\n{LagInRecords} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"\n{LagInSeconds} 0\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rebalances_AreCountedByProtocolAndGroupsByState()
    {
        await JoinAsync();
        ConsumerGroupHeartbeatResponse joined = await _broker.SendAsync(new ConsumerGroupHeartbeatRequest
        {
            GroupId = "new",
            MemberId = Guid.NewGuid().ToString(),
            RebalanceTimeoutMs = 60_000,
            SubscribedTopicNames = ["orders"],
            TopicPartitions = [],
        });

        Assert.Equal(ErrorCode.None, joined.ErrorCode);
        Assert.Equal(1, await _broker.ReadMetricAsync("logbroker_group_rebalances_total{protocol=\"classic\"}"));
        Assert.Equal(1, await _broker.ReadMetricAsync("logbroker_group_rebalances_total{protocol=\"consumer\"}"));
        await AwaitMetricAsync("logbroker_groups{protocol=\"classic\",state=\"CompletingRebalance\"}", 1);
        await AwaitMetricAsync("logbroker_groups{protocol=\"consumer\",state=\"Stable\"}", 1);
    }

    /// <summary>What the coordinator tells too late is in a later answer.</summary>
    private async Task AwaitMetricAsync(string series, double expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        double told;
        while ((told = await _broker.ReadMetricAsync(series)) != expected && !patience.IsCancellationRequested) await Task.Delay(10);
        Assert.Equal(expected, told);
    }

    private async Task ProduceAsync(Guid topic, int partition, TimeSpan age, int records)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions());
        for (int i = 0; i < records; i++)
            builder.Append((DateTimeOffset.UtcNow - age).ToUnixTimeMilliseconds(), default, new byte[10]);
        ProduceResponse produced = await _broker.SendAsync(Requests.Produce(topic, builder.Build().ToArray(), partition: partition));
        Assert.Equal(ErrorCode.None, produced.Only().ErrorCode);
    }

    private async Task CommitAsync(params long[] offsets)
    {
        OffsetCommitResponse committed = await _broker.SendAsync(
            new OffsetCommitRequest
            {
                GroupId = "g",
                Topics =
                [
                    new()
                    {
                        Name = "orders",
                        Partitions = [.. offsets.Select((offset, index) => new OffsetCommitRequest.OffsetCommitRequestPartition
                        {
                            PartitionIndex = index,
                            CommittedOffset = offset,
                        })],
                    },
                ],
            }, 9);
        Assert.All(committed.Topics[0].Partitions, partition => Assert.Equal(ErrorCode.None, partition.ErrorCode));
    }

    private async Task JoinAsync()
    {
        JoinGroupResponse told = await _broker.SendAsync(Join(""), 9);
        Assert.Equal(ErrorCode.MemberIdRequired, told.ErrorCode);
        JoinGroupResponse joined = await _broker.SendAsync(Join(told.MemberId), 9);
        Assert.Equal(ErrorCode.None, joined.ErrorCode);
    }

    private static JoinGroupRequest Join(string memberId) => new()
    {
        GroupId = "old",
        MemberId = memberId,
        SessionTimeoutMs = 45_000,
        RebalanceTimeoutMs = 60_000,
        ProtocolType = "consumer",
        Protocols = [new() { Name = "range", Metadata = new byte[8] }],
    };
}
