namespace LogBroker.Client.Telemetry;

/// <summary>Count, sum and maximum of durations since they were last taken.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class LatencySummary
{
    private readonly Lock _lock = new();
    private long _count;
    private double _sumMilliseconds;
    private double _maxMilliseconds;

    public void Add(TimeSpan duration)
    {
        double milliseconds = duration.TotalMilliseconds;
        lock (_lock)
        {
            _count++;
            _sumMilliseconds += milliseconds;
            if (milliseconds > _maxMilliseconds) _maxMilliseconds = milliseconds;
        }
    }

    /// <summary>Gives what was gathered, and starts over.</summary>
    public LatencyTotals Take()
    {
        lock (_lock)
        {
            var taken = new LatencyTotals(_count, _sumMilliseconds, _maxMilliseconds);
            (_count, _sumMilliseconds, _maxMilliseconds) = (0, 0, 0);
            return taken;
        }
    }
}

/// <summary>What a <see cref="LatencySummary"/> gathered.</summary>
internal readonly record struct LatencyTotals(long Count, double SumMilliseconds, double MaxMilliseconds)
{
    public double AverageMilliseconds => Count == 0 ? 0 : SumMilliseconds / Count;

    public LatencyTotals With(LatencyTotals other) => new(
        Count + other.Count, SumMilliseconds + other.SumMilliseconds, Math.Max(MaxMilliseconds, other.MaxMilliseconds));
}
