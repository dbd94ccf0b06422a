namespace LogBroker.Replication.Waiting;

/// <summary>Where requests wait for partitions to move: fetches below <c>min.bytes</c>, produces below the high watermark.</summary>
/// <remarks>
/// One for the broker, thread safe. To lose no wake-up a caller parks first, then looks whether what it waits for is
/// there already, and only then awaits <see cref="ParkedRequest.Moved"/>.
/// </remarks>
public sealed class Purgatory(TimeProvider time) : IDisposable
{
    private readonly TimingWheel _wheel = new(time);

    /// <summary>How many requests wait.</summary>
    public int Count => _wheel.Count;

    /// <summary>Starts to watch all of <paramref name="lists"/> for at most <paramref name="timeout"/>.</summary>
    public ParkedRequest Park(IReadOnlyList<WatchList> lists, TimeSpan timeout)
    {
        var request = new ParkedRequest(this, lists);
        request.StartWatching();
        _wheel.Add(request, timeout);
        return request;
    }

    public void Dispose() => _wheel.Dispose();

    internal void Forget(ParkedRequest request) => _wheel.Remove(request);
}
