using System.Collections.Concurrent;

namespace LogBroker.Client.Tests.Faults;

/// <summary>Fails the test when a task failed and nobody looked.</summary>
internal sealed class UnobservedFailures : IAsyncDisposable
{
    private readonly ConcurrentQueue<Exception> _failures = new();

    public UnobservedFailures() => TaskScheduler.UnobservedTaskException += Note;

    public async ValueTask DisposeAsync()
    {
        for (int round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        TaskScheduler.UnobservedTaskException -= Note;
        Assert.True(_failures.IsEmpty, string.Join('\n', _failures));
    }

    private void Note(object? sender, UnobservedTaskExceptionEventArgs unobserved) => _failures.Enqueue(unobserved.Exception);
}
