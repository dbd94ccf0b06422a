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
}
