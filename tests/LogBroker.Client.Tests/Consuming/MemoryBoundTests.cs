using LogBroker.Client.Consuming;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>One budget for what was fetched, over all partitions.</summary>
public sealed class MemoryBoundTests
{
    private const int Partitions = 24;
    private const int Budget = 2 * 1024 * 1024;

    [Fact]
    public async Task Read_SlowlyFromManyPartitions_StaysInTheBudgetAndMissesNothing()
    {
        const int Count = 24_000;
        var (target, topic) = await FillAsync(Count);
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, byte[]>(null, Filling.FromStart() with { PrefetchBytesMax = Budget });
        consumer.Assign([.. Enumerable.Range(0, Partitions).Select(partition => Filling.At(topic, partition))]);
        long most = 0;
        int read = 0;
        using var limit = new CancellationTokenSource(Filling.Patience);
        await foreach (var record in consumer.ReadAsync(limit.Token))
        {
            if (read % 100 == 0) most = Math.Max(most, consumer.Core.HeldBytes);
            if (read % 2_000 == 0) await Task.Delay(10, limit.Token);
            if (++read == Count) break;
        }

        Assert.InRange(most, 1, Budget);
    }

    [Fact]
    public async Task Read_WithAllOthersPaused_StillHasRoomForOne()
    {
        var (target, topic) = await FillAsync(24_000);
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, byte[]>(null, Filling.FromStart() with { PrefetchBytesMax = Budget });
        TopicPartition[] all = [.. Enumerable.Range(0, Partitions).Select(partition => Filling.At(topic, partition))];
        consumer.Assign(all);
        await Filling.UntilAsync(() => IsFull(consumer.Core), "the memory is full");
        consumer.Pause(all[..^1]);

        int read = 0;
        using var limit = new CancellationTokenSource(Filling.Patience);
        await foreach (var record in consumer.ReadAsync(limit.Token))
        {
            Assert.Equal(Partitions - 1, record.Partition);
            if (++read == 1_000) break;
        }
        Assert.InRange(consumer.Core.HeldBytes, 1, Budget);

        consumer.Resume(all);
        var seen = new HashSet<(int, long)>();
        await foreach (var record in consumer.ReadAsync(limit.Token))
        {
            seen.Add((record.Partition, record.Offset.Value));
            if (seen.Count == 23_000) break;
        }
    }

    [Fact]
    public async Task Read_BegunWhenOthersHaveAllTheRoom_GetsItFromThem()
    {
        var (target, topic) = await FillAsync(24_000);
        string late = await target.CreateTopicAsync("late");
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart() with { PrefetchBytesMax = Budget });
        TopicPartition[] others = [.. Enumerable.Range(0, Partitions).Select(partition => Filling.At(topic, partition))];
        consumer.Assign([.. others, Filling.At(late)]);
        await Filling.UntilAsync(() => IsFull(consumer.Core), "the memory is full");
        consumer.Pause(others);
        await Filling.FillAsync(client, late, 10);

        var records = await Filling.ReadAsync(consumer, 10);

        Assert.All(records, record => Assert.Equal(late, record.Topic));
    }

    /// <summary>Batches that were cut short take room and are of no use, so there may be little to read in full memory.</summary>
    private static bool IsFull(ConsumerCore core) =>
        core.HeldBytes > Budget * 2 / 3 || core.Table.All.Sum(core.Delivery.BufferedBytes) > Budget / 3;

    private static async Task<(ClientTarget Target, string Topic)> FillAsync(int count)
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("memory", Partitions);
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<Null, byte[]>();
        byte[] value = new byte[1000];
        new Random(1).NextBytes(value);
        for (int index = 0; index < count; index++)
            await producer.EnqueueAsync(new ProducerRecord<Null, byte[]>(topic, default, value) { Partition = index % Partitions });
        await producer.FlushAsync();
        return (target, topic);
    }
}
