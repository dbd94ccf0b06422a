using System.Threading.Tasks.Sources;

namespace LogBroker.Client.Producing.Batches;

/// <summary>The answer somebody awaits for one record; reused for the next record once it was read.</summary>
/// <remarks>Two sides have it: the caller, who reads the result once, and the batch, which completes it once. It goes back to the pool
/// when both are done, since a caller whose token was cancelled leaves while the batch is still on its way. A caller who reads twice is
/// refused before it touches anything: by then the object may be the next record's.</remarks>
internal sealed class PendingDelivery : IValueTaskSource<RecordMetadata>
{
    private const int Sides = 2;
    private const int NoToken = int.MinValue;

    private readonly PendingDeliveries _pool;
    private ManualResetValueTaskSourceCore<RecordMetadata> _core;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _cancelled;
    private int _isDecided;
    private int _sidesLeft;
    private int _unreadToken = NoToken;

    public PendingDelivery(PendingDeliveries pool)
    {
        _pool = pool;
        _core.RunContinuationsAsynchronously = true; // the caller's code must not run on the path that reads answers
    }

    /// <summary>The task of this use.</summary>
    public ValueTask<RecordMetadata> Task => new(this, _core.Version);

    public void Begin()
    {
        _isDecided = 0;
        _sidesLeft = Sides;
        _unreadToken = _core.Version;
    }

    /// <summary>Lets the caller leave early. Called once the record was accepted, before the caller has the task.</summary>
    public void CancelWith(CancellationToken cancelled)
    {
        if (!cancelled.CanBeCanceled) return;
        _cancelled = cancelled;
        _cancellation = cancelled.UnsafeRegister(static state => ((PendingDelivery)state!).Cancel(), this);
    }

    /// <summary>The batch's side: called once.</summary>
    public void Complete(in DeliveryReport report)
    {
        if (Interlocked.Exchange(ref _isDecided, 1) == 0)
        {
            if (report.Error is { } error) _core.SetException(error);
            else _core.SetResult(report.Metadata);
        }

        LeaveSide();
    }

    /// <summary>The record was not accepted, and nobody has the task: it goes back at once.</summary>
    public void Discard() => _pool.Return(this);

    RecordMetadata IValueTaskSource<RecordMetadata>.GetResult(short token)
    {
        // Awaited twice, or read too early: that must not touch the use that is going on.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The record is not delivered yet: await the task.");
        if (Interlocked.CompareExchange(ref _unreadToken, NoToken, token) != token)
            throw new InvalidOperationException("The outcome of this record was read already: its task can be awaited once.");
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _cancellation.Dispose(); // waits for a cancellation that is running
            _cancellation = default;
            LeaveSide();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<RecordMetadata>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<RecordMetadata>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        if (Interlocked.Exchange(ref _isDecided, 1) == 0)
            _core.SetException(new OperationCanceledException("The wait for the delivery was cancelled; the record is still sent.", _cancelled));
    }

    private void LeaveSide()
    {
        if (Interlocked.Decrement(ref _sidesLeft) != 0) return;
        _core.Reset(); // a task that is awaited again belongs to nobody now
        _pool.Return(this);
    }
}
