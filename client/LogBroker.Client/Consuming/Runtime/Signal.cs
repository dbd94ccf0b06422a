namespace LogBroker.Client.Consuming.Runtime;

/// <summary>Tells one waiting activity that there is work. Setting it several times before the activity looks is one signal.</summary>
/// <remarks>Any thread sets, one activity waits.</remarks>
internal sealed class Signal
{
    private TaskCompletionSource _source = NewSource();

    public void Set() => Volatile.Read(ref _source).TrySetResult();

    /// <summary>Takes back a signal nobody waited for.</summary>
    public void Clear()
    {
        if (Volatile.Read(ref _source).Task.IsCompleted) Volatile.Write(ref _source, NewSource());
    }

    /// <summary>Waits for the signal and takes it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Volatile.Read(ref _source).Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _source, NewSource());
    }

    /// <summary>Waits for the signal, which is taken, or until the time is over.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await Volatile.Read(ref _source).Task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _source, NewSource());
        }
        catch (TimeoutException)
        {
            // Nothing came.
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
