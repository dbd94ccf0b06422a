using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Handlers;

public sealed class FetchHandlerTests
{
    private const short Version = 12;
    private const string Topic = "orders";

    [Fact]
    public async Task Fetch_UnknownPartitionFirst_IsToldBehindTheKnown()
    {
        await using TestBroker broker = await StartAsync();

        FetchResponse response = await broker.SendAsync(Fetch(Partition(8), Partition(0)), Version);

        FetchResponse.PartitionData[] partitions = [.. response.Responses.SelectMany(topic => topic.Partitions)];
        Assert.Equal([0, 8], partitions.Select(partition => partition.PartitionIndex));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, partitions[1].ErrorCode);
        Assert.Equal(0, partitions[1].AbortedTransactions?.Length);
    }

    [Theory]
    [InlineData(1, ErrorCode.OffsetOutOfRange)]
    [InlineData(0, ErrorCode.None)]
    [InlineData(-2, ErrorCode.None)]
    public async Task Fetch_LastFetchedEpoch_MustBeKnown(int epoch, ErrorCode expected)
    {
        await using TestBroker broker = await StartAsync();

        FetchResponse response = await broker.SendAsync(Fetch(Partition(0, epoch)), Version);

        Assert.Equal(expected, response.Responses[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public async Task OffsetForLeaderEpoch_EmptyPartition_EndsAtItsStart()
    {
        await using TestBroker broker = await StartAsync();

        OffsetForLeaderEpochResponse response = await broker.SendAsync(new OffsetForLeaderEpochRequest
        {
            ReplicaId = -1,
            Topics =
            [
                new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
                {
                    Topic = Topic,
                    Partitions = [new OffsetForLeaderEpochRequest.OffsetForLeaderPartition { LeaderEpoch = 0 }],
                },
            ],
        });

        OffsetForLeaderEpochResponse.EpochEndOffset end = response.Topics[0].Partitions[0];
        Assert.Equal((0, 0L), (end.LeaderEpoch, end.EndOffset));
    }

    private static async Task<TestBroker> StartAsync()
    {
        TestBroker broker = await TestBroker.StartAsync();
        await broker.SendAsync(new CreateTopicsRequest
        {
            TimeoutMs = 10_000,
            Topics = [new CreateTopicsRequest.CreatableTopic { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }],
        });
        return broker;
    }

    private static FetchRequest Fetch(params ReadOnlySpan<FetchRequest.FetchPartition> partitions) => new()
    {
        MaxBytes = 1_000_000,
        SessionEpoch = -1,
        Topics = [new FetchRequest.FetchTopic { Topic = Topic, Partitions = [.. partitions] }],
    };

    private static FetchRequest.FetchPartition Partition(int index, int lastFetchedEpoch = -1) =>
        new() { Partition = index, PartitionMaxBytes = 1_000_000, LastFetchedEpoch = lastFetchedEpoch };
}
