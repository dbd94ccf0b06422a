namespace LogBroker.Metadata.Store;

/// <summary>Lets watchers sleep until a revision exists. Thread safe; never goes backwards.</summary>
internal sealed class RevisionSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _advanced = NewSource();
    private long _revision;
    private bool _isClosed;

    public void Advance(long revision)
    {
        TaskCompletionSource advanced;
        lock (_lock)
        {
            if (revision <= _revision) return;
            _revision = revision;
            advanced = _advanced;
            _advanced = NewSource();
        }

        advanced.SetResult();
    }

    /// <summary>Ends all waits, also those to come, with <see cref="ObjectDisposedException"/>.</summary>
    public void Close()
    {
        TaskCompletionSource advanced;
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            advanced = _advanced;
            _advanced = NewSource();
        }

        advanced.SetResult();
    }

    /// <summary>Returns once <paramref name="revision"/> exists.</summary>
    public async Task WaitForAsync(long revision, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task advanced;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isClosed, typeof(IMetadataStore));
                if (_revision >= revision) return;
                advanced = _advanced.Task;
            }

            await advanced.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
