namespace LogBroker.Client.Producing.Sending;

/// <summary>Runs one piece of work whenever somebody asks, never twice at once, and once more when asked while it runs.</summary>
/// <remarks>Any thread asks. The work runs on the pool and must not throw.</remarks>
internal sealed class Worker(Func<Task> work) : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int AskedAgain = 2;

    private int _state;
    private volatile Task _last = Task.CompletedTask;

    /// <summary>Completes when the run that is under way, if one is, has ended.</summary>
    public Task WhenEnded => _last;

    public void Request()
    {
        if (Volatile.Read(ref _state) == AskedAgain) return;
        if (Interlocked.Exchange(ref _state, AskedAgain) == Idle) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _last = RunAsync();

    private async Task RunAsync()
    {
        do
        {
            Volatile.Write(ref _state, Running);
            await work().ConfigureAwait(false);
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running);
    }
}
