namespace LogBroker.Client.Tests.Faults;

/// <summary>Collects task failures that nobody saw, while it lives.</summary>
internal sealed class UnobservedFailures : IDisposable
{
    private readonly List<Exception> _seen = [];

    public UnobservedFailures() => TaskScheduler.UnobservedTaskException += Note;

    /// <summary>Makes the runtime report what it has, and demands that it is nothing of the client's.</summary>
    public void AssertNone()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        lock (_seen) Assert.Empty(_seen.Select(failure => failure.ToString()));
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    private void Note(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        lock (_seen) _seen.Add(e.Exception);
    }
}
