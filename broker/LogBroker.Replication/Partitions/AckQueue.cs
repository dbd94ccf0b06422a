using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Replication.Waiting;

namespace LogBroker.Replication.Partitions;

/// <summary>The produces of one partition that wait for its high watermark, in the order of their offsets.</summary>
/// <remarks>Thread safe. One that times out stays queued, already answered, until the watermark passes it.</remarks>
internal sealed class AckQueue(TimingWheel deadlines)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<AckWait, long> _waits = new();

    /// <summary>Waits until <see cref="Advance"/> reaches <paramref name="end"/>.</summary>
    /// <returns>None, or <see cref="ErrorCode.RequestTimedOut"/>, or what <see cref="FailAll"/> was told.</returns>
    public Task<ErrorCode> WaitAsync(Offset end, TimeSpan timeout, Func<Offset> highWatermark)
    {
        var wait = new AckWait(end, deadlines);
        lock (_lock)
        {
            if (highWatermark() >= end) return NoError;
            _waits.Enqueue(wait, end.Value);
        }

        deadlines.Add(wait, timeout);
        if (wait.Done.IsCompleted) deadlines.Remove(wait);
        return wait.Done;
    }

    public void Advance(Offset highWatermark)
    {
        lock (_lock)
        {
            while (_waits.TryPeek(out AckWait? wait, out _) && wait.End <= highWatermark)
                _waits.Dequeue().Complete(ErrorCode.None);
        }
    }

    public void FailAll(ErrorCode error)
    {
        lock (_lock)
        {
            while (_waits.TryDequeue(out AckWait? wait, out _)) wait.Complete(error);
        }
    }

    private static readonly Task<ErrorCode> NoError = Task.FromResult(ErrorCode.None);
}
