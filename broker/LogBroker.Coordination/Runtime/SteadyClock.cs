namespace LogBroker.Coordination.Runtime;

/// <summary>A clock for deadlines: it starts at the wall clock's time and never jumps, whatever is done to that.</summary>
/// <remarks>What is written into records is the wall clock's time.</remarks>
public sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();

    public DateTimeOffset Now => _startedAt + time.GetElapsedTime(_start);
}
