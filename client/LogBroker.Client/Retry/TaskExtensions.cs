namespace LogBroker.Client.Retry;

/// <summary>For tasks whose outcome nobody may wait for.</summary>
internal static class TaskExtensions
{
    /// <summary>Counts a failure of <paramref name="task"/> as seen, so that it is never reported as unobserved when whoever
    /// waited for it gave up.</summary>
    public static void IgnoreFailure(this Task task)
    {
        if (task.IsCompleted)
        {
            _ = task.Exception;
            return;
        }
        task.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Nobody looks at the outcome any more: a failure counts as seen, and a result that has to be disposed of is, however
    /// late it comes.</summary>
    public static void Discard<T>(this Task<T> task)
    {
        task.IgnoreFailure();
        task.ContinueWith(
            static ended => (ended.Result as IDisposable)?.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
