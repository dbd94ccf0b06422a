namespace LogBroker.Client.Retry;

/// <summary>How long to wait before another try: doubles with each failure up to a bound, with a jitter of 20 % so that clients that
/// failed together do not come back together (KIP-580).</summary>
internal sealed class Backoff(TimeSpan initial, TimeSpan max)
{
    private const double Jitter = 0.2;
    private const int DoublingsMax = 20;

    /// <param name="failures">Failures in a row so far, from 1; below it nothing is waited.</param>
    public TimeSpan Delay(int failures)
    {
        if (failures <= 0) return TimeSpan.Zero;
        double wanted = initial.TotalMilliseconds * (1L << Math.Min(failures - 1, DoublingsMax));
        double bounded = Math.Min(wanted, max.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(bounded * (1 - Jitter + (2 * Jitter * Random.Shared.NextDouble())));
    }

    /// <summary>Waits as long as <see cref="Delay"/> says.</summary>
    public Task WaitAsync(int failures, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(Delay(failures), time, cancellationToken);
}
