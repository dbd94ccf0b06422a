namespace LogBroker.Client.Consuming.Runtime;

/// <summary>Runs a consumer's background, one step at a time: its activities are asynchronous methods that interleave only where they
/// await, so what they decide on needs no lock.</summary>
/// <remarks>Steps run on the thread pool, never two at once. Methods that touch the state of the background start here and continue on
/// the captured context (<c>ConfigureAwait(true)</c>); whatever does not touch it does not. User code never runs here: a callback that
/// blocks must not stop the heartbeat.</remarks>
internal sealed class ConsumerActor
{
    private readonly TaskFactory _factory = new(
        CancellationToken.None,
        TaskCreationOptions.DenyChildAttach,
        TaskContinuationOptions.None,
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default).ExclusiveScheduler);

    /// <summary>Runs an activity, or a command, and gives its outcome.</summary>
    public Task RunAsync(Func<Task> work) => _factory.StartNew(work).Unwrap();

    /// <inheritdoc cref="RunAsync(Func{Task})"/>
    public Task<T> RunAsync<T>(Func<Task<T>> work) => _factory.StartNew(work).Unwrap();

    /// <summary>Runs one step.</summary>
    public Task RunAsync(Action step) => _factory.StartNew(step);

    /// <inheritdoc cref="RunAsync(Action)"/>
    public Task<T> RunAsync<T>(Func<T> step) => _factory.StartNew(step);
}
