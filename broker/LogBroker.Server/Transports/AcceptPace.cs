using LogBroker.Server.Hosting;

namespace LogBroker.Server.Transports;

/// <summary>How fast connections are accepted, on all listeners and on each (<c>max.connection.creation.rate</c>).</summary>
/// <remarks>Thread safe. A bucket holds one second's worth; the bounds may change while it runs.</remarks>
internal sealed class AcceptPace(ConnectionBounds bounds, LimitReports limits, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Waits until one more connection may be accepted on a listener.</summary>
    public async ValueTask NextAsync(string listener, CancellationToken cancelled)
    {
        ConnectionOptions options = bounds.Current;
        int ofListener = options.ConnectionsPerSecondMaxByListener.GetValueOrDefault(listener, int.MaxValue);
        await TakeAsync(LimitNames.OfListener(listener, LimitNames.CreationRate), ofListener, cancelled);
        await TakeAsync(LimitNames.CreationRate, options.ConnectionsPerSecondMax, cancelled);
    }

    private async ValueTask TakeAsync(string setting, int perSecond, CancellationToken cancelled)
    {
        if (perSecond == int.MaxValue) return;
        TimeSpan wait = Take(setting, perSecond);
        if (wait <= TimeSpan.Zero) return;
        limits.HeldBack(setting, perSecond, () => "A further connection");
        await Task.Delay(wait, time, cancelled);
    }

    private TimeSpan Take(string setting, int perSecond)
    {
        lock (_lock)
        {
            if (!_buckets.TryGetValue(setting, out Bucket? bucket))
                _buckets[setting] = bucket = new Bucket { Left = perSecond, At = time.GetTimestamp() };
            return bucket.Take(perSecond, time);
        }
    }

    private sealed class Bucket
    {
        // A rate of 0 would wait for ever, and not notice when it is changed.
        private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

        public required double Left { get; set; }

        public required long At { get; set; }

        /// <returns>How long to wait for what was taken to be there.</returns>
        public TimeSpan Take(int perSecond, TimeProvider time)
        {
            Left = Math.Min(perSecond, Left + time.GetElapsedTime(At).TotalSeconds * perSecond) - 1;
            At = time.GetTimestamp();
            if (Left >= 0) return TimeSpan.Zero;
            double seconds = -Left / Math.Max(perSecond, 0.001);
            if (seconds <= WaitMax.TotalSeconds) return TimeSpan.FromSeconds(seconds);
            Left = -Math.Max(perSecond, 1);
            return WaitMax;
        }
    }
}
