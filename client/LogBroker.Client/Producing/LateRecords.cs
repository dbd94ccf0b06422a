namespace LogBroker.Client.Producing;

/// <summary>Records whose topic is not known yet, or whose serializer is not ready: they wait in a line for each topic, so that they are
/// written in the order of the calls also when nothing was ready for the first of them.</summary>
/// <remarks>Any thread. Costs a record nothing but a glance while no line is there.</remarks>
internal sealed class LateRecords
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Place> _last = new(StringComparer.Ordinal);
    private int _lines;

    /// <summary>Whether records of a topic wait, so that a further one has to go behind them.</summary>
    public bool HasLine(string topic)
    {
        if (Volatile.Read(ref _lines) == 0) return false;
        lock (_lock) return _last.ContainsKey(topic);
    }

    /// <summary>Takes a place at the end of a topic's line.</summary>
    public Place Join(string topic)
    {
        lock (_lock)
        {
            var place = new Place(this, topic, _last.TryGetValue(topic, out var before) ? before.Left : Task.CompletedTask);
            _last[topic] = place;
            Volatile.Write(ref _lines, _last.Count);
            return place;
        }
    }

    private void Leave(Place place, string topic)
    {
        lock (_lock)
        {
            if (_last.TryGetValue(topic, out var last) && ReferenceEquals(last, place)) _last.Remove(topic);
            Volatile.Write(ref _lines, _last.Count);
        }
    }

    /// <summary>A record's place in its topic's line; disposing it, once, lets the next one go.</summary>
    internal sealed class Place(LateRecords line, string topic, Task before) : IDisposable
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when this one and all before it have left the line.</summary>
        public Task Left => _left.Task;

        /// <summary>Waits until all before it have left.</summary>
        public Task WaitAsync(CancellationToken cancellationToken) => before.WaitAsync(cancellationToken);

        public void Dispose()
        {
            // One that gave up leaves when its turn comes: those behind it must not pass those before it.
            if (before.IsCompleted) Leave();
            else before.ContinueWith(static (_, place) => ((Place)place!).Leave(), this, TaskScheduler.Default);
        }

        private void Leave()
        {
            line.Leave(this, topic);
            _left.SetResult();
        }
    }
}
