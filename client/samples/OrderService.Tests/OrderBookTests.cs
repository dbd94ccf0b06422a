using LogBroker.Client;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Testing;

namespace OrderService.Tests;

/// <summary>Tests of an application against the real broker, in the tests' own process: no container, no mock.</summary>
public sealed class OrderBookTests : IAsyncLifetime
{
    private TestBroker _broker = null!;
    private LogBrokerClient _client = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        await _broker.CreateTopicAsync("orders", partitions: 2);
        _client = new LogBrokerClient(_broker.BootstrapServers);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Orders_OfACustomer_AreCounted()
    {
        await using var book = new OrderBook(_client);
        await book.PlaceAsync("ann", 1);
        await book.PlaceAsync("bob", 2);
        await book.PlaceAsync("ann", 3);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(2, await book.CountAsync("ann", expected: 2, limit.Token));
    }

    [Fact]
    public async Task Order_PlacedWhileTheLeaderMoves_IsThereOnce()
    {
        await using var book = new OrderBook(_client);
        using Fault refusal = _broker.Faults.Fail(ApiKey.Produce, ErrorCode.NotLeaderOrFollower, times: 1);
        using Fault lost = _broker.Faults.LoseAnswer(ApiKey.Produce, times: 1);

        await book.PlaceAsync("ann", 1);

        long end = await EndOffsetAsync();
        Assert.True(refusal.Hits + lost.Hits > 0);
        Assert.Equal(1, end);
    }

    private async Task<long> EndOffsetAsync()
    {
        var ends = await _client.Admin.Partitions.ListOffsetsAsync("orders", OffsetSpec.Latest);
        return ends.Sum(end => end.Offset.Value);
    }
}
