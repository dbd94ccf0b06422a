using System.Collections.Concurrent;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Handlers that work side by side.</summary>
public sealed class ProcessingTests
{
    [Theory]
    [InlineData(ProcessingOrder.ByKey)]
    [InlineData(ProcessingOrder.ByPartition)]
    public async Task Process_SideBySide_KeepsOrderAndCommitsAll(ProcessingOrder order)
    {
        const int Count = 2_000;
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("process", 4);
        string group = ClientTarget.NewName("process");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, Count, 4, keys: 50);
        var last = new ConcurrentDictionary<(int, string), long>();
        int handled = 0;
        int atWork = 0;
        int atWorkMax = 0;
        bool isOrdered = true;
        using var done = new CancellationTokenSource(Filling.Patience);
        await using (var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart()))
        {
            consumer.Subscribe(topic);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consumer.ProcessAsync(
                async (record, cancelled) =>
                {
                    InterlockedMax(ref atWorkMax, Interlocked.Increment(ref atWork));
                    if (record.Offset.Value % 7 == 0) await Task.Delay(1, CancellationToken.None);
                    var key = (record.Partition, order == ProcessingOrder.ByKey ? record.Key : "");
                    if (last.TryGetValue(key, out long before) && before >= record.Offset.Value) isOrdered = false;
                    last[key] = record.Offset.Value;
                    Interlocked.Decrement(ref atWork);
                    if (Interlocked.Increment(ref handled) == Count) await done.CancelAsync();
                },
                new ProcessingOptions { Parallelism = 8, Order = order },
                done.Token));
        }

        Assert.Equal(Count, handled);
        Assert.True(isOrdered);
        Assert.InRange(atWorkMax, 2, 8);
        await using var reader = client.CreateConsumer<string, string>(group);
        var committed = await reader.CommittedAsync([.. Enumerable.Range(0, 4).Select(index => Filling.At(topic, index))]);
        Assert.Equal(4, committed.Count);
        Assert.All(committed.Values, offset => Assert.Equal(Count / 4, offset.Offset.Value));
    }

    [Fact]
    public async Task Process_HandlerFails_ThrowsAndTheNextRunRepeatsWhatIsNotDone()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("fails");
        string group = ClientTarget.NewName("fails");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 100);
        await using var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart());
        consumer.Subscribe(topic);
        var handled = new ConcurrentQueue<long>();
        bool fails = true;
        using var done = new CancellationTokenSource(Filling.Patience);
        async ValueTask HandleAsync(ConsumedRecord<string, string> record, CancellationToken cancelled)
        {
            if (fails && record.Offset.Value == 30) throw new InvalidOperationException("thirty");
            handled.Enqueue(record.Offset.Value);
            if (handled.Distinct().Count() == 100) await done.CancelAsync();
        }

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => consumer.ProcessAsync(HandleAsync, new ProcessingOptions { Parallelism = 4 }, done.Token));
        Assert.Equal("thirty", failure.Message);
        var committed = await consumer.CommittedAsync([Filling.At(topic)]);
        Assert.True(!committed.TryGetValue(Filling.At(topic), out var offset) || offset.Offset.Value <= 30);
        fails = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => consumer.ProcessAsync(HandleAsync, new ProcessingOptions { Parallelism = 4 }, done.Token));

        Assert.Equal(Enumerable.Range(0, 100).Select(index => (long)index), handled.Distinct().Order());
    }

    [Fact]
    public async Task Process_OnePartitionIsStuck_TheOthersGoOn()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("stuck", 2);
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 2_000, 2);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic, 0), Filling.At(topic, 1));
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int[] handled = new int[2];
        using var done = new CancellationTokenSource(Filling.Patience);
        var running = consumer.ProcessAsync(
            async (record, cancelled) =>
            {
                if (record.Partition == 0) await release.Task;
                if (Interlocked.Increment(ref handled[record.Partition]) == 1_000 && record.Partition == 0) await done.CancelAsync();
            },
            new ProcessingOptions { Parallelism = 16, Order = ProcessingOrder.ByPartition, QueueLength = 4 },
            done.Token);

        await Filling.UntilAsync(() => handled[1] == 1_000 || running.IsCompleted, "the other partition is read");
        Assert.Equal(0, handled[0]);
        release.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1_000, handled[0]);
    }

    [Fact]
    public async Task Process_OfWhatCannotBeDeserialized_ThrowsAndGivesThePartitionBack()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("poison");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 3);
        await using var consumer = client.CreateConsumer<string, long>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        for (int round = 0; round < 2; round++)
        {
            await Assert.ThrowsAsync<SerializationException>(
                () => consumer.ProcessAsync((_, _) => ValueTask.CompletedTask).WaitAsync(Filling.Patience));
        }

        Assert.Equal(new Offset(0), consumer.Position(Filling.At(topic)));
    }

    [Fact]
    public async Task ProcessBatches_GivesRecordsOfOnePartitionInOrderAndCommitsAll()
    {
        const int Count = 2_000;
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("batches", 4);
        string group = ClientTarget.NewName("batches");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, Count, 4);
        var handled = new ConcurrentQueue<ConsumedRecord<string, string>>();
        var sizes = new ConcurrentQueue<int>();
        using var done = new CancellationTokenSource(Filling.Patience);
        await using (var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart()))
        {
            consumer.Subscribe(topic);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consumer.ProcessBatchesAsync(
                async (batch, _) =>
                {
                    Assert.Single(batch.Select(record => record.Partition).Distinct());
                    sizes.Enqueue(batch.Count);
                    foreach (var record in batch) handled.Enqueue(record);
                    if (handled.Count == Count) await done.CancelAsync();
                },
                new ProcessingOptions { Parallelism = 3, Order = ProcessingOrder.ByPartition, BatchRecordsMax = 100 },
                done.Token));
        }

        Assert.Equal(Count, handled.Count);
        Assert.All(
            handled.GroupBy(record => record.Partition),
            partition => Assert.Equal(Enumerable.Range(0, Count / 4), partition.Select(record => (int)record.Offset.Value)));
        Assert.Equal(100, sizes.Max());
        await using var reader = client.CreateConsumer<string, string>(group);
        var committed = await reader.CommittedAsync([.. Enumerable.Range(0, 4).Select(index => Filling.At(topic, index))]);
        Assert.Equal(4, committed.Count);
        Assert.All(committed.Values, offset => Assert.Equal(Count / 4, offset.Offset.Value));
    }

    private static void InterlockedMax(ref int location, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref location)) < value && Interlocked.CompareExchange(ref location, value, seen) != seen)
        {
        }
    }
}
