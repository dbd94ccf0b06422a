using System.Numerics;

namespace LogBroker.AdminCli.Bench;

/// <summary>How long things took, to 3 %, in memory that does not grow.</summary>
/// <remarks>Any thread adds. Buckets double every 32; a microsecond is the smallest.</remarks>
internal sealed class LatencyHistogram
{
    private const int StepsPerDoubling = 32;
    private const int StepBits = 5;

    private readonly long[] _counts = new long[StepsPerDoubling * 60];
    private long _max;
    private long _total;
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public TimeSpan Max => TimeSpan.FromMicroseconds(Interlocked.Read(ref _max));

    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds((double)Interlocked.Read(ref _total) / Count);

    public void Add(TimeSpan latency)
    {
        long microseconds = Math.Max(0, (long)latency.TotalMicroseconds);
        Interlocked.Increment(ref _counts[BucketOf(microseconds)]);
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _total, microseconds);
        long max = Interlocked.Read(ref _max);
        while (microseconds > max)
        {
            long seen = Interlocked.CompareExchange(ref _max, microseconds, max);
            if (seen == max) break;
            max = seen;
        }
    }

    /// <summary>What a share of all did not exceed.</summary>
    /// <param name="share">0.99 for the 99th percentile.</param>
    public TimeSpan Percentile(double share)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += Interlocked.Read(ref _counts[bucket]);
            if (seen >= wanted) return TimeSpan.FromMicroseconds(Math.Min(UpperBound(bucket), Interlocked.Read(ref _max)));
        }
        return Max;
    }

    /// <summary>How many took up to each of some latencies, from the smallest to the largest there was, with the rows between them that are
    /// empty: as fine as so many rows allow.</summary>
    public IReadOnlyList<(TimeSpan UpTo, long Count)> Rows(int atMost)
    {
        int first = Array.FindIndex(_counts, count => count > 0);
        if (first < 0) return [];
        int last = Array.FindLastIndex(_counts, count => count > 0);
        int width = 1;
        while ((last / width) - (first / width) >= atMost) width *= 2;
        var rows = new List<(TimeSpan, long)>();
        for (int row = first / width; row <= last / width; row++)
        {
            int end = (row + 1) * width;
            rows.Add((TimeSpan.FromMicroseconds(Math.Min(UpperBound(end - 1), Interlocked.Read(ref _max))), _counts[(end - width)..end].Sum()));
        }
        return rows;
    }

    private static int BucketOf(long microseconds)
    {
        if (microseconds < StepsPerDoubling) return (int)microseconds;
        int doublings = BitOperations.Log2((ulong)microseconds) - StepBits;
        return ((doublings + 1) << StepBits) + (int)(microseconds >> doublings) - StepsPerDoubling;
    }

    private static long UpperBound(int bucket)
    {
        if (bucket < StepsPerDoubling) return bucket;
        int doublings = (bucket >> StepBits) - 1;
        return ((long)((bucket & (StepsPerDoubling - 1)) + StepsPerDoubling + 1) << doublings) - 1;
    }
}
