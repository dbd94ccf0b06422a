using LogBroker.Client.Consuming.Offsets;

namespace LogBroker.Client.Tests.Consuming;

public sealed class CommitWatermarkTests
{
    [Fact]
    public void Pass_WhileRecordsAreInFlight_CountsWhenTheyAreDone()
    {
        var watermark = new CommitWatermark(0);
        long first = watermark.Start(0);
        long second = watermark.Start(1);

        watermark.Pass(3); // A marker stands at 2.
        watermark.Complete(first);
        Assert.Equal(1, watermark.Committable);
        watermark.Complete(second);

        Assert.Equal(3, watermark.Committable);
    }

    [Fact]
    public void Committable_AnyOrderOfCompletion_IsTheFirstNotDone()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            long offset = random.Next(1000);
            var watermark = new CommitWatermark(offset);
            var open = new SortedDictionary<long, long>();
            long behind = offset;
            for (int step = 0; step < 500; step++)
            {
                if (open.Count == 0 || random.Next(2) == 0)
                {
                    long next = behind + random.Next(3); // Compaction leaves gaps.
                    open[next] = watermark.Start(next);
                    behind = next + 1;
                }
                else
                {
                    var (done, ticket) = open.ElementAt(random.Next(open.Count));
                    open.Remove(done);
                    watermark.Complete(ticket);
                }
                long expected = open.Count > 0 ? open.Keys.First() : behind;
                Assert.True(expected == watermark.Committable, $"seed {seed} round {round} step {step}");
                Assert.Equal(open.Count, watermark.InFlight);
            }
        }
    }

    [Fact]
    public void Committable_OfAnAbandonedRecord_NeverPassesIt()
    {
        var watermark = new CommitWatermark(10);
        watermark.Start(10);
        long second = watermark.Start(11);
        watermark.Complete(second);
        watermark.Abandon();

        Assert.Equal(10, watermark.Committable);
        Assert.True(watermark.WhenIdleAsync().IsCompleted);
    }

    [Fact]
    public async Task WhenIdle_WithRecordsInFlight_CompletesWithTheLast()
    {
        var watermark = new CommitWatermark(0);
        long first = watermark.Start(0);
        long second = watermark.Start(1);
        Task idle = watermark.WhenIdleAsync();
        watermark.Complete(second);
        Assert.False(idle.IsCompleted);
        watermark.Complete(first);
        await idle;
        Assert.Equal(2, watermark.Committable);
    }

    [Fact]
    public void Restart_WithRecordsInFlight_CountsThemNoMore()
    {
        var watermark = new CommitWatermark(0);
        long old = watermark.Start(0);
        watermark.Restart(100);
        long fresh = watermark.Start(100);
        watermark.Complete(old);
        Assert.Equal(100, watermark.Committable);
        watermark.Complete(fresh);
        Assert.Equal(101, watermark.Committable);
    }
}
