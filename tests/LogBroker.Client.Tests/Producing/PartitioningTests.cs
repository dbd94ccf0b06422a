using System.Text;
using LogBroker.Client.Producing.Partitioning;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Which partition a record goes to.</summary>
public sealed class PartitioningTests
{
    /// <summary>The examples of Apache Kafka's own test of its hash.</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Hash_OfKafkasExamples_IsTheSame(string key, int expected) =>
        Assert.Equal(expected, (int)Murmur2.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Sticky_ByQueueLengths_PrefersShortQueuesAndAvoidsPartitionsWithoutALeader()
    {
        var loads = new Loads([9, 0, 4, 0], [true, true, true, false]);
        var sticky = new StickyPartition(batchSizeBytes: 100, isAdaptive: true, new Random(5));
        var counts = new int[4];
        for (int round = 0; round < 10_000; round++)
        {
            int partition = sticky.Current(loads);
            counts[partition]++;
            sticky.Count(partition, 100, loads);
        }

        // Shares are 1, 10, 6 and none.
        Assert.InRange(counts[0], 450, 750);
        Assert.InRange(counts[1], 5_500, 6_300);
        Assert.InRange(counts[2], 3_200, 3_900);
        Assert.Equal(0, counts[3]);
    }

    [Fact]
    public void Sticky_UntilABatchIsFull_Stays()
    {
        var loads = new Loads(new int[50], [.. Enumerable.Repeat(true, 50)]);
        var sticky = new StickyPartition(batchSizeBytes: 100, isAdaptive: true, new Random(5));
        int first = sticky.Current(loads);
        sticky.Count(first, 99, loads);
        Assert.Equal(first, sticky.Current(loads));
    }

    private sealed record Loads(int[] Queued, bool[] Led) : IPartitionLoads
    {
        public int Count => Queued.Length;

        public int QueuedBatches(int partition) => Queued[partition];

        public bool HasLeader(int partition) => Led[partition];
    }
}
