namespace LogBroker.Client.Retry;

/// <summary>Tries one candidate after the other until one succeeds. One that takes long is not waited for alone: when patience is over
/// the next is tried as well, so that a candidate that hangs costs a moment and not its timeout.</summary>
internal static class StaggeredTries
{
    /// <param name="candidates">At least one, the best first.</param>
    /// <param name="attempt">Tries one; its token is cancelled when another has won.</param>
    /// <param name="patience">The head start of a candidate before the next.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Exception">All failed: the failure that no retry mends, if there was one, else the last.</exception>
    public static Task<T> RunAsync<TCandidate, T>(
        IReadOnlyList<TCandidate> candidates,
        Func<TCandidate, CancellationToken, Task<T>> attempt,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        candidates.Count == 1
            ? attempt(candidates[0], cancellationToken)
            : RunAllAsync(candidates, attempt, patience, time, cancellationToken);

    private static async Task<T> RunAllAsync<TCandidate, T>(
        IReadOnlyList<TCandidate> candidates,
        Func<TCandidate, CancellationToken, Task<T>> attempt,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var won = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<TCandidate>(candidates);
        var tries = new List<Task<T>>();
        try
        {
            Exception? failure = null;
            while (true)
            {
                if (waiting.TryDequeue(out var candidate)) tries.Add(attempt(candidate, won.Token));
                var ended = await FirstToEndAsync(tries, waiting.Count > 0 ? patience : Timeout.InfiniteTimeSpan, time, cancellationToken)
                    .ConfigureAwait(false);
                if (ended is null) continue;
                tries.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
                {
                    failure = failure is KafkaException { IsRetriable: false } ? failure : failed;
                }
                if (tries.Count == 0 && waiting.Count == 0) throw failure;
            }
        }
        finally
        {
            await won.CancelAsync().ConfigureAwait(false);
            foreach (var lost in tries) lost.Discard();
        }
    }

    /// <summary>Null when none has ended for as long as patience lasts.</summary>
    private static async Task<Task<T>?> FirstToEndAsync<T>(
        List<Task<T>> tries, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.WhenAny(tries).WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
