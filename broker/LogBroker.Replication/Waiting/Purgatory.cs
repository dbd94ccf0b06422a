namespace LogBroker.Replication.Waiting;

/// <summary>Where requests wait for partitions to move: fetches below <c>min.bytes</c>, produces below the high watermark.</summary>
/// <remarks>
/// One for the broker, thread safe. To lose no wake-up a caller parks first, then looks whether what it waits for is
/// there already, and only then awaits <see cref="ParkedRequest.Moved"/>.
/// </remarks>
public sealed class Purgatory(TimeProvider time) : IDisposable
{
    /// <summary>How many requests wait, produces included.</summary>
    public int Count => Deadlines.Count;

    /// <summary>The one timer of all who wait.</summary>
    internal TimingWheel Deadlines { get; } = new(time);

    /// <summary>Starts to watch all of <paramref name="lists"/> for at most <paramref name="timeout"/>.</summary>
    public ParkedRequest Park(IReadOnlyList<WatchList> lists, TimeSpan timeout)
    {
        var request = new ParkedRequest(this, lists);
        request.StartWatching();
        Deadlines.Add(request, timeout);
        return request;
    }

    public void Dispose() => Deadlines.Dispose();

    internal void Forget(ParkedRequest request) => Deadlines.Remove(request);
}
