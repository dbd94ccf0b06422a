using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol;

namespace LogBroker.Client.Tests.Producing;

/// <summary>The object behind a record's task, which is the next record's as soon as both sides have left it.</summary>
public sealed class PendingDeliveryTests
{
    private readonly PendingDeliveries _pool = new();

    [Fact]
    public async Task Task_ReadTwiceBeforeTheBatchLeaves_LeavesTheObjectToTheBatch()
    {
        PendingDelivery delivery = _pool.Rent();
        ValueTask<RecordMetadata> task = delivery.Task;
        using var given = new CancellationTokenSource();
        delivery.CancelWith(given.Token);
        await given.CancelAsync(); // decides the task while the batch is still on its way
        Assert.ThrowsAny<OperationCanceledException>(() => task.GetAwaiter().GetResult());

        Assert.Throws<InvalidOperationException>(() => task.GetAwaiter().GetResult());

        PendingDelivery next = _pool.Rent();
        Assert.NotSame(delivery, next);
        delivery.Complete(Delivered(7));
        Assert.Same(delivery, _pool.Rent());
    }

    [Fact]
    public async Task Task_ReadTwiceAfterTheBatchLeft_DisturbsNoOther()
    {
        PendingDelivery delivery = _pool.Rent();
        ValueTask<RecordMetadata> first = delivery.Task;
        delivery.Complete(Delivered(1));
        Assert.Equal(1, (await first).Offset.Value);
        Assert.Same(delivery, _pool.Rent());
        ValueTask<RecordMetadata> second = delivery.Task;

        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());
        Assert.Throws<InvalidOperationException>(() => second.GetAwaiter().GetResult()); // too early

        delivery.Complete(Delivered(2));
        Assert.Equal(2, (await second).Offset.Value);
    }

    private static DeliveryReport Delivered(long offset) =>
        new(new RecordMetadata(new TopicPartition("t", 0), new Offset(offset), DateTimeOffset.UnixEpoch), null);
}
