using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Bounds of a fetch that are smaller than what it brings.</summary>
public sealed class FetchSizeTests
{
    [Theory]
    [InlineData(1024, 1024)]
    [InlineData(16 * 1024, 1024 * 1024)]
    public async Task Read_WithSmallFetches_GetsEveryRecord(int fetchMaxBytes, int partitionMaxBytes)
    {
        const int Count = 3_000;
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("small");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, Count);
        await using var consumer = client.CreateConsumer<string, string>(
            null, Filling.FromStart() with { FetchMaxBytes = fetchMaxBytes, MaxPartitionFetchBytes = partitionMaxBytes });
        consumer.Assign(Filling.At(topic, 0));

        Assert.Equal(Count, (await Filling.ReadAsync(consumer, Count)).Count);
    }
}
