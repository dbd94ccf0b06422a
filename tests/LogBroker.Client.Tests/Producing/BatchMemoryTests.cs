using LogBroker.Client.Producing.Batches;

namespace LogBroker.Client.Tests.Producing;

/// <summary>The bound of a producer's memory.</summary>
public sealed class BatchMemoryTests
{
    [Fact]
    public async Task Rent_InRandomOrder_NeverExceedsTheBoundAndServesInOrder()
    {
        const int Limit = 64 * 1024;
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        var memory = new BatchMemory(Limit, TimeProvider.System);
        var held = new List<byte[]>();
        var waiting = new Queue<Task<byte[]?>>();

        for (int step = 0; step < 20_000; step++)
        {
            int bytes = random.Next(1, 20_000);
            if (random.Next(2) == 0 && memory.TryRent(bytes) is { } buffer)
            {
                Assert.Empty(waiting);
                Assert.True(buffer.Length >= bytes);
                held.Add(buffer);
            }
            else if (random.Next(3) == 0 && waiting.Count < 10)
            {
                waiting.Enqueue(memory.RentAsync(bytes, TimeSpan.FromMinutes(1), default).AsTask());
            }
            else if (held.Count > 0)
            {
                int index = random.Next(held.Count);
                memory.Return(held[index]);
                held.RemoveAt(index);
            }

            // Served ones finish on the pool; whoever was served must be the first in line.
            while (waiting.Count > 0 && memory.UsedBytes > held.Sum(one => (long)one.Length))
            {
                held.Add((await waiting.Dequeue().WaitAsync(TimeSpan.FromSeconds(10)))!);
                memory.EndTurn();
            }

            Assert.True(memory.UsedBytes <= Limit, $"seed {seed}: {memory.UsedBytes} bytes");
        }
    }

    [Fact]
    public async Task Rent_WithoutRoom_GivesUpWhenTimeIsUpAndLetsTheNextPass()
    {
        var memory = new BatchMemory(4096, TimeProvider.System);
        byte[] half = memory.TryRent(2048)!;
        ValueTask<byte[]?> large = memory.RentAsync(4096, TimeSpan.FromMilliseconds(20), default);
        ValueTask<byte[]?> small = memory.RentAsync(1024, TimeSpan.FromMinutes(1), default);
        Assert.Null(memory.TryRent(1024)); // nobody passes by

        Assert.Null(await large);
        Assert.Equal(1024, (await small)!.Length);
        Assert.True(memory.IsContended); // until it has used it
        memory.EndTurn();
        Assert.False(memory.IsContended);
        memory.Return(half);
    }

    [Fact]
    public async Task Rent_Cancelled_LeavesTheLine()
    {
        var memory = new BatchMemory(1024, TimeProvider.System);
        byte[] all = memory.TryRent(1024)!;
        using var cancelled = new CancellationTokenSource();
        Task<byte[]?> waiting = memory.RentAsync(1024, TimeSpan.FromMinutes(1), cancelled.Token).AsTask();

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        memory.Return(all);
        Assert.Equal(0, memory.UsedBytes);
        Assert.NotNull(memory.TryRent(1024));
    }
}
