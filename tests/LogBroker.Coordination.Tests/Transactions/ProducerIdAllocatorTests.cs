using LogBroker.Coordination.Transactions;
using LogBroker.Metadata;

namespace LogBroker.Coordination.Tests.Transactions;

public sealed class ProducerIdAllocatorTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Next_OneBlock_IsTakenOnceForItsWholeLength()
    {
        var source = new Source();
        using var allocator = new ProducerIdAllocator(source);

        for (long expected = 0; expected < ProducerIdAllocator.BlockLength; expected++)
            Assert.Equal(expected, await allocator.NextAsync(None));

        Assert.Equal(1, source.Blocks);
        Assert.Equal(ProducerIdAllocator.BlockLength, await allocator.NextAsync(None));
        Assert.Equal(2, source.Blocks);
    }

    [Fact]
    public async Task Next_SeveralBrokers_NeverHandOutTheSame()
    {
        var source = new Source();
        using var first = new ProducerIdAllocator(source);
        using var second = new ProducerIdAllocator(source);
        var ids = new List<long>();

        for (int i = 0; i < 1500; i++)
        {
            ids.Add(await first.NextAsync(None));
            ids.Add(await second.NextAsync(None));
        }

        Assert.Equal(3000, ids.Distinct().Count());
        Assert.Equal(4, source.Blocks);
    }

    [Fact]
    public async Task Next_ManyThreads_EachIdOnceAndNoBlockInVain()
    {
        var source = new Source();
        using var allocator = new ProducerIdAllocator(source);

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var mine = new List<long>();
            for (int i = 0; i < 1000; i++) mine.Add(await allocator.NextAsync(None));
            return mine;
        })));

        Assert.Equal(Enumerable.Range(0, 8000).Select(i => (long)i), ids.SelectMany(id => id).Order());
        Assert.Equal(8, source.Blocks);
    }

    [Fact]
    public async Task Next_SourceFails_TellsWhoAskedAndAsksAgain()
    {
        var source = new Source { IsFailing = true };
        using var allocator = new ProducerIdAllocator(source);

        await Assert.ThrowsAsync<IOException>(async () => await allocator.NextAsync(None));
        source.IsFailing = false;

        Assert.Equal(0, await allocator.NextAsync(None));
    }

    [Fact]
    public async Task Next_CancelledWhileAnotherRefills_Ends()
    {
        var source = new Source { Held = new TaskCompletionSource() };
        using var allocator = new ProducerIdAllocator(source);
        var refilling = allocator.NextAsync(None).AsTask();
        using var cancel = new CancellationTokenSource();
        var waiting = allocator.NextAsync(cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        source.Held.SetResult();
        Assert.Equal(0, await refilling);
    }

    private sealed class Source : IProducerIdSource
    {
        private long _next;

        public int Blocks { get; private set; }

        public bool IsFailing { get; set; }

        public TaskCompletionSource? Held { get; init; }

        public async Task<ProducerIdBlock> AllocateAsync(int count, CancellationToken cancellationToken)
        {
            if (IsFailing) throw new IOException("No block to be had.");
            if (Held is not null) await Held.Task.WaitAsync(cancellationToken);
            Blocks++;
            _next += count;
            return new ProducerIdBlock(_next - count, count);
        }
    }
}
