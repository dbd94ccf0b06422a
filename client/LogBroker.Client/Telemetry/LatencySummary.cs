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

    /// <summary>Gives what was gathered, and starts over; null when there was nothing.</summary>
    public (double Average, double Max)? Take()
    {
        lock (_lock)
        {
            if (_count == 0) return null;
            var taken = (_sumMilliseconds / _count, _maxMilliseconds);
            (_count, _sumMilliseconds, _maxMilliseconds) = (0, 0, 0);
            return taken;
        }
    }
}
