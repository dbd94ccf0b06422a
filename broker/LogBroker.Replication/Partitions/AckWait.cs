using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Replication.Waiting;

namespace LogBroker.Replication.Partitions;

/// <summary>A produce with <c>acks=all</c> that waits for the high watermark to pass its last record.</summary>
internal sealed class AckWait(Offset end, TimingWheel deadlines) : WheelEntry
{
    private readonly TaskCompletionSource<ErrorCode> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The high watermark that ends the wait.</summary>
    public Offset End => end;

    public Task<ErrorCode> Done => _done.Task;

    public void Complete(ErrorCode error)
    {
        deadlines.Remove(this);
        _done.TrySetResult(error);
    }

    protected internal override void OnExpired() => _done.TrySetResult(ErrorCode.RequestTimedOut);
}
