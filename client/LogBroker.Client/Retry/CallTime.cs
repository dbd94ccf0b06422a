using LogBroker.Client.Connections;

namespace LogBroker.Client.Retry;

/// <summary>The time one call of an application has: <c>default.api.timeout.ms</c>, whatever it waits for when that is over.</summary>
internal sealed class CallTime : IDisposable
{
    private readonly Cluster _cluster;
    private readonly CancellationToken _given;
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationTokenSource _limit;

    /// <param name="cluster">The cluster that is asked.</param>
    /// <param name="given">The caller's own token.</param>
    public CallTime(Cluster cluster, CancellationToken given)
    {
        _cluster = cluster;
        _given = given;
        _expiry = new CancellationTokenSource(cluster.Options.ApiTimeout, cluster.Time);
        _limit = CancellationTokenSource.CreateLinkedTokenSource(given, _expiry.Token);
    }

    /// <summary>Cancelled when the time is over, or the caller gives up.</summary>
    public CancellationToken Token => _limit.Token;

    /// <summary>Whether it was the time that ended the call, not the caller.</summary>
    public bool IsOver => _expiry.IsCancellationRequested && !_given.IsCancellationRequested;

    /// <summary>Tries until a try succeeds, fails for good, or the time is over; then the last failure that might have passed is
    /// thrown.</summary>
    /// <param name="attempt">One try.</param>
    /// <param name="mayPass">Whether another try may go better after this failure.</param>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> attempt, Func<KafkaException, bool> mayPass)
    {
        KafkaException? last = null;
        try
        {
            for (int failures = 1; ; failures++)
            {
                try
                {
                    return await attempt(Token).ConfigureAwait(false);
                }
                catch (KafkaException failure) when (mayPass(failure))
                {
                    last = failure;
                }
                await _cluster.RetryBackoff.WaitAsync(failures, _cluster.Time, Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (IsOver)
        {
            throw last ?? _cluster.Metadata.NotAnswered();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _limit.Dispose();
        _expiry.Dispose();
    }
}
