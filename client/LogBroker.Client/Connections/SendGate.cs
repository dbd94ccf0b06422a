namespace LogBroker.Client.Connections;

/// <summary>Where requests enter a connection. It is closed while nothing may be sent: <see cref="SendAdmission"/> says
/// when.</summary>
/// <remarks>Any thread. Those inside are counted, and closing for authentication waits until they have left: until their bytes are
/// written. A request that waits outside enters when the gate opens, in no promised order.</remarks>
internal sealed class SendGate
{
    private readonly Lock _lock = new();
    private int _inside;
    private TaskCompletionSource? _opened;
    private TaskCompletionSource? _emptied;

    /// <summary>Waits until the gate is open and enters; <see cref="Leave"/> must follow.</summary>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_opened is null)
            {
                _inside++;
                return ValueTask.CompletedTask;
            }
        }
        return WaitAndEnterAsync(cancellationToken);
    }

    public void Leave()
    {
        TaskCompletionSource? emptied = null;
        lock (_lock)
        {
            if (--_inside == 0) (emptied, _emptied) = (_emptied, null);
        }
        emptied?.TrySetResult();
    }

    /// <summary>Lets nobody in any more.</summary>
    /// <returns>Completes when nobody is inside; null when the gate was closed already.</returns>
    public Task? TryClose()
    {
        lock (_lock)
        {
            if (_opened is not null) return null;
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inside == 0) return Task.CompletedTask;
            _emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _emptied.Task;
        }
    }

    public void Open()
    {
        TaskCompletionSource? opened;
        lock (_lock) (opened, _opened) = (_opened, null);
        opened?.TrySetResult();
    }

    private async ValueTask WaitAndEnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task opened;
            lock (_lock)
            {
                if (_opened is null)
                {
                    _inside++;
                    return;
                }
                opened = _opened.Task;
            }
            await opened.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
